/// The samples that the knowledge of a round is computed on.
public enum RoundSamples: Hashable, Sendable {
    /// The batch of the step.
    case batch
    /// The test samples. Such knowledge measures and does not train, so that a step can do without
    /// it.
    case test
    /// The validation samples.
    case validation
    /// The batch of the step or a later one, which itself travels.
    case inputs
    /// The batch of the step, in what was published of which gradients travel.
    case adjoints
}

/// The rounds that a step may have, in their order, and the samples of each.
///
/// The plan of a run derives it, and the exchange takes from it all that it must know of rounds. A
/// step need not have every round: what travels in one is up to the plan of the step.
public struct RoundSchedule: Hashable, Sendable {
    /// Every round, ascending.
    public let rounds: [Round]
    /// The rounds whose knowledge is of the batch, ascending.
    public let batchRounds: [Round]
    private let samples: [Round: RoundSamples]

    /// - Parameter samples: the samples of each round.
    /// - Precondition: there is a round.
    public init(_ samples: [Round: RoundSamples]) {
        precondition(!samples.isEmpty, "a schedule has a round")
        rounds = samples.keys.sorted()
        batchRounds = rounds.filter { samples[$0] == .batch }
        self.samples = samples
    }

    /// The rounds that have names in ``Round``.
    public static let standard = RoundSchedule([
        .before: .batch, .after: .batch, .evaluation: .test, .ensemble: .test,
        .validation: .validation,
    ])

    /// The first round of a step.
    public var first: Round { rounds[0] }

    /// The last round of a step.
    public var last: Round { rounds[rounds.count - 1] }

    /// The samples of a round; nil for a round that no step has.
    public func samples(of round: Round) -> RoundSamples? { samples[round] }
}
