/// What a learner did in the steps since its last report. Losses, agreements and seconds are means
/// over those steps; bytes are sums.
public struct IntervalReport: Codable, Hashable, Sendable {
    /// The last step of the interval; the first step of a run is 1.
    public var step: Int
    /// How many steps the interval holds.
    public var steps: Int
    /// Counted from 1.
    public var epoch: Int
    /// The loss on the learner's own labels, in nats.
    public var taskLoss: Double
    /// What each teaching term adds to the loss, its weight included, by the term's name.
    public var terms: [String: Double]
    /// KL(peer ‖ learner) on the common batch at the edge's temperature, in nats, by peer.
    public var divergence: [String: Double]
    /// The share of the common batch, in 0...1, where both have the same arg max, by peer.
    public var agreement: [String: Double]
    /// The learning rate of the last step.
    public var rate: Double
    /// The gradient's norm before clipping; nil where nothing is clipped.
    public var gradientNorm: Double?
    /// The duration of one step.
    public var stepSeconds: Double
    /// The part of a step spent waiting, by the peer that was waited for.
    public var waitSeconds: [String: Double]
    public var bytesIn: Int
    public var bytesOut: Int

    public init(
        step: Int, steps: Int, epoch: Int, taskLoss: Double, terms: [String: Double] = [:],
        divergence: [String: Double] = [:], agreement: [String: Double] = [:], rate: Double,
        gradientNorm: Double? = nil, stepSeconds: Double, waitSeconds: [String: Double] = [:],
        bytesIn: Int = 0, bytesOut: Int = 0
    ) {
        self.step = step
        self.steps = steps
        self.epoch = epoch
        self.taskLoss = taskLoss
        self.terms = terms
        self.divergence = divergence
        self.agreement = agreement
        self.rate = rate
        self.gradientNorm = gradientNorm
        self.stepSeconds = stepSeconds
        self.waitSeconds = waitSeconds
        self.bytesIn = bytesIn
        self.bytesOut = bytesOut
    }

    /// The task loss plus every teaching term, summed in the order of their names.
    public var totalLoss: Double {
        terms.sorted { $0.key < $1.key }.reduce(taskLoss) { $0 + $1.value }
    }

    /// Whom the learner waited for longest, and how long in one step.
    public var longestWait: (peer: String, seconds: Double)? {
        waitSeconds.filter { $0.value > 0 }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }
            .map { ($0.key, $0.value) }
    }

    enum CodingKeys: String, CodingKey {
        case step, steps, epoch, terms, divergence, agreement, rate
        case taskLoss = "task_loss"
        case gradientNorm = "gradient_norm"
        case stepSeconds = "step_seconds"
        case waitSeconds = "wait_seconds"
        case bytesIn = "bytes_in"
        case bytesOut = "bytes_out"
    }
}
