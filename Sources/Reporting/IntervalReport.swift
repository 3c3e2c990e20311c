/// A learner's work in the steps since its last report. Losses, agreements and seconds are means
/// over those steps; bytes are sums.
public struct IntervalReport: Codable, Hashable, Sendable {
    /// The last step of the interval; the first step of a run is 1.
    public var step: Int
    /// How many steps the interval holds.
    public var steps: Int
    /// Counted from 1.
    public var epoch: Int
    /// The loss on the learner's own labels, in nats; nil for one that only teaches.
    public var taskLoss: Double?
    /// The whole loss: the weighted task loss and every teaching term; nil for one that only
    /// teaches.
    public var totalLoss: Double?
    /// The report of each teaching term, by the term's name.
    public var terms: [String: TermReport]
    /// KL(peer ‖ learner) on the common batch at temperature 1, in nats, by peer.
    public var divergence: [String: Double]
    /// The share of the common batch, in 0...1, where both have the same arg max, by peer.
    public var agreement: [String: Double]
    /// The error of lossy codecs, by the name of the tensor that the learner published: KL(exact ‖
    /// decoded) in nats for responses, the relative error in the Euclidean norm for others.
    public var codecErrors: [String: Double]
    /// The learning rate of the last step; nil for a learner that only teaches.
    public var rate: Double?
    /// The norm of the gradient before clipping; nil where gradients are not clipped.
    public var gradientNorm: Double?
    /// The norm of the weighted task loss's gradient in the model, in the mean over the steps at
    /// which gradients were compared; nil where none were.
    public var taskGradient: Double?
    /// The duration of one step, in seconds.
    public var stepSeconds: Double
    /// The part of a step spent waiting, in seconds, by the peer that was waited for.
    public var waitSeconds: [String: Double]
    /// The number of steps at which a teacher was absent, by its name; nil where all took part.
    public var absences: [String: Int]?
    /// The use of banked knowledge of absent teachers, by their name; nil where there was none.
    public var banked: [String: BankedReport]?
    /// The bytes of the messages received from each peer.
    public var bytesFrom: [String: Int]
    /// The bytes of the messages sent to each peer.
    public var bytesTo: [String: Int]

    /// The report of an interval.
    public init(
        step: Int, steps: Int, epoch: Int, taskLoss: Double?, totalLoss: Double? = nil,
        terms: [String: TermReport] = [:], divergence: [String: Double] = [:],
        agreement: [String: Double] = [:], codecErrors: [String: Double] = [:], rate: Double?,
        gradientNorm: Double? = nil, taskGradient: Double? = nil, stepSeconds: Double,
        waitSeconds: [String: Double] = [:],
        absences: [String: Int]? = nil, banked: [String: BankedReport]? = nil,
        bytesFrom: [String: Int] = [:], bytesTo: [String: Int] = [:]
    ) {
        self.step = step
        self.steps = steps
        self.epoch = epoch
        self.taskLoss = taskLoss
        self.totalLoss = totalLoss
        self.terms = terms
        self.divergence = divergence
        self.agreement = agreement
        self.codecErrors = codecErrors
        self.rate = rate
        self.gradientNorm = gradientNorm
        self.taskGradient = taskGradient
        self.stepSeconds = stepSeconds
        self.waitSeconds = waitSeconds
        self.absences = absences
        self.banked = banked
        self.bytesFrom = bytesFrom
        self.bytesTo = bytesTo
    }

    /// The bytes of all messages received.
    public var bytesIn: Int { bytesFrom.values.reduce(0, +) }
    /// The bytes of all messages sent.
    public var bytesOut: Int { bytesTo.values.reduce(0, +) }

    /// The mean over the learner's teachers; nil where it has none.
    public var meanDivergence: Double? { Self.mean(divergence) }
    /// The mean over the learner's teachers; nil where it has none.
    public var meanAgreement: Double? { Self.mean(agreement) }

    private static func mean(_ values: [String: Double]) -> Double? {
        values.isEmpty ? nil : values.values.reduce(0, +) / Double(values.count)
    }

    /// The peer that the learner waited for longest, and how long in one step.
    public var longestWait: (peer: String, seconds: Double)? {
        waitSeconds.filter { $0.value > 0 }
            .max { ($0.value, $1.key) < ($1.value, $0.key) }
            .map { ($0.key, $0.value) }
    }

    enum CodingKeys: String, CodingKey {
        case step, steps, epoch, terms, divergence, agreement, rate, absences, banked
        case taskLoss = "task_loss"
        case totalLoss = "total_loss"
        case codecErrors = "codec_errors"
        case gradientNorm = "gradient_norm"
        case taskGradient = "task_gradient"
        case stepSeconds = "step_seconds"
        case waitSeconds = "wait_seconds"
        case bytesFrom = "bytes_from"
        case bytesTo = "bytes_to"
    }
}
