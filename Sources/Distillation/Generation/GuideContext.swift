import Bytes
import NeuralNetwork

/// What a generator loss is given besides what nodes show.
public struct GuideContext {
    /// For a loss that learns nothing and draws nothing.
    public static var none: GuideContext { GuideContext(key: RandomKey(seed: 0)) }

    /// What the loss learns, and in its buffers what it remembers; nil for one that learns nothing.
    public var parameters: ForwardPass?
    /// Determines what it draws at the step.
    public var key: RandomKey

    /// The context of one step.
    public init(parameters: ForwardPass? = nil, key: RandomKey) {
        (self.parameters, self.key) = (parameters, key)
    }
}
