import Bytes
import NeuralNetwork

/// What a loss sees beside the two sides.
public struct LossContext {
    /// Divides the logits of both sides; response losses carry its square.
    public var temperature: Float
    /// Of the batch's N samples; nil on an unlabelled pool.
    public var labels: [Int]?
    /// The numbers of the N samples; nil where samples have none.
    public var samples: [Int]?
    /// Determines what is drawn at this step; nil where nothing is.
    public var key: RandomKey?
    /// Determines the noise of private votes; nil where none are counted.
    public var noise: NoiseKey?
    /// Epochs done, counted from 0.
    public var epoch: Int
    /// Steps done, counted from 0.
    public var step: Int
    /// The learned parameters of this learner's edges.
    public var parameters: ForwardPass?
    /// Where ``parameters`` are a group of their own, those of the edges that minimise the
    /// learner's objective.
    public var imitation: ForwardPass?
    /// The images N×C×H×W of the batch as the learner sees them.
    public var images: Tensor?
    /// The key that a replicated loss draws by, the same on both sides and at all steps.
    public var replica: RandomKey?
    /// What the learner knows of the tasks that it meets one after another; nil without tasks.
    public var tasks: TaskContext?

    /// A context; what is not given is not there.
    public init(
        temperature: Float = 1, labels: [Int]? = nil, samples: [Int]? = nil,
        key: RandomKey? = nil, noise: NoiseKey? = nil, epoch: Int = 0, step: Int = 0,
        parameters: ForwardPass? = nil
    ) {
        self.temperature = temperature
        self.labels = labels
        self.samples = samples
        self.key = key
        self.noise = noise
        self.epoch = epoch
        self.step = step
        self.parameters = parameters
    }

    /// Leaves out all rows of the batch but some.
    package mutating func select(rows: [Int]) {
        labels = labels.map { labels in rows.map { labels[$0] } }
        samples = samples.map { numbers in rows.map { numbers[$0] } }
    }

    /// The labels, for what cannot do without.
    ///
    /// - Precondition: there are any; configuration is refused where a loss would lack them.
    package var requiredLabels: [Int] {
        guard let labels else { preconditionFailure("labels are needed") }
        return labels
    }

    /// The numbers of the samples, for what remembers them.
    ///
    /// - Precondition: they have any, as the samples of a data set do.
    package var requiredSamples: [Int] {
        guard let samples else { preconditionFailure("numbers of samples are needed") }
        return samples
    }

    /// The key of the noise, for what counts votes.
    ///
    /// - Precondition: there is one.
    var requiredNoise: NoiseKey {
        guard let noise else { preconditionFailure("a key of the noise is needed") }
        return noise
    }

    /// The images, for what looks at them.
    ///
    /// - Precondition: there are any.
    var requiredImages: Tensor {
        guard let images else { preconditionFailure("images are needed") }
        return images
    }

    /// The key of both sides, for a replicated loss.
    ///
    /// - Precondition: there is one.
    var requiredReplica: RandomKey {
        guard let replica else { preconditionFailure("a key of both sides is needed") }
        return replica
    }

    /// The learned parameters, for what declared some.
    ///
    /// - Precondition: there are any.
    var requiredParameters: ForwardPass {
        guard let parameters else { preconditionFailure("learned parameters are needed") }
        return parameters
    }

    /// The learned parameters that minimise the learner's objective, for what declared some beside
    /// others.
    ///
    /// - Precondition: there are any.
    var requiredImitation: ForwardPass {
        guard let imitation else { preconditionFailure("learned parameters are needed") }
        return imitation
    }
}
