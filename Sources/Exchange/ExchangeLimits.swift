/// How long the exchange waits, and how much it accepts and keeps.
public struct ExchangeLimits: Hashable, Sendable {
    /// The longest wait for all neighbours to register, and then to greet.
    public var joining: Duration
    /// The longest wait for the knowledge of one step, for a student's credit, for the
    /// acknowledgement of the end. A peer that lives has as many times this as it has steps to take
    /// until then.
    public var step: Duration
    /// The longest wait for knowledge that a learner can go on without; afterwards its sender is
    /// not waited for until it publishes in time again.
    public var missing: Duration
    /// Between two notices about the same wait.
    public var notice: Duration
    /// Between signs of life, repeated greetings and looks at the limits.
    public var beat: Duration
    /// How many steps a teacher may be ahead of what a student has used. At least 2.
    public var window: Int
    /// The largest message, all frames together.
    public var messageBytes: Int
    /// The most bytes that are kept for students that may need them again.
    public var journalBytes: Int
    /// How many learners a step needs, where it can go on without some.
    public var quorum: Quorum
    /// When knowledge that cannot be used has consequences for who sent it.
    public var quarantine: Quarantine.Rules

    /// Limits with the defaults of a configuration.
    ///
    /// - Precondition: the window is at least 2, and the beat is longer than zero.
    public init(
        joining: Duration = .seconds(60), step: Duration = .seconds(120),
        missing: Duration = .seconds(2), notice: Duration = .seconds(5),
        beat: Duration = .milliseconds(500), window: Int = 2,
        messageBytes: Int = 64 << 20, journalBytes: Int = 256 << 20, quorum: Quorum = .none,
        quarantine: Quarantine.Rules = Quarantine.Rules()
    ) {
        precondition(window >= 2 && beat > .zero)
        self.joining = joining
        self.step = step
        self.notice = notice
        self.beat = beat
        self.window = window
        self.messageBytes = messageBytes
        self.journalBytes = journalBytes
        self.missing = missing
        self.quorum = quorum
        self.quarantine = quarantine
    }

    /// The bytes that a message may need at most.
    ///
    /// - Parameters:
    ///   - values: of all its tensors; top-k takes up to 12 bytes for each.
    ///   - learners: in the roster, of some 200 bytes each.
    public static func messageBytes(values: Int, learners: Int) -> Int {
        // A text has up to 64 KiB, 64 descriptors have less than 32.
        values * 12 + learners * 512 + (1 << 17)
    }
}

/// How many of a learner and those that teach it must take part in a step.
public enum Quorum: Hashable, Sendable {
    /// The learner itself is enough.
    case none
    /// More than half of them: of a cohort that is cut in two, one side at most goes on.
    case majority
    case atLeast(Int)
}
