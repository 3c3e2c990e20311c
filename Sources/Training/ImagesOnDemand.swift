import NeuralNetwork
import Synchronization

/// Images that are drawn when they are asked for first, and then kept.
public final class ImagesOnDemand: Sendable {
    private let drawn = Mutex<Tensor?>(nil)
    private let draw: @Sendable () -> Tensor

    /// - Parameter draw: makes the images N×C×H×W.
    public init(_ draw: @escaping @Sendable () -> Tensor) { self.draw = draw }

    /// The images N×C×H×W.
    public var images: Tensor {
        drawn.withLock { drawn in
            let images = drawn ?? draw()
            drawn = images
            return images
        }
    }
}
