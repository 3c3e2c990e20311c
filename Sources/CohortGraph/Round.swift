/// One exchange within a step: what is published in a round is gathered in the same round.
///
/// The set of rounds is open. A plan gives each exchange of a step a round of its own, by number,
/// and describes them in a ``RoundSchedule``. Seven rounds have names here; a plan may use any
/// other number.
///
/// Rounds compare in the order in which they follow one another within a step. The order is a
/// property of the number, so that journals of different plans are ordered alike:
///
/// | numbers | place in the step |
/// |---|---|
/// | 192 to 255 | first, ahead of ``before`` |
/// | 0 and 1 | ``before`` and ``after`` |
/// | 128 to 191 | behind ``after``, ahead of ``evaluation`` |
/// | 2 to 127 | ``evaluation``, ``ensemble``, ``validation``, and whatever follows them |
public struct Round: RawRepresentable, Hashable, Comparable, Codable, Sendable {
    /// The number of the round in messages and journals.
    public var rawValue: UInt8

    /// The round of a number; every number is valid.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Knowledge of the batch, computed ahead of the update.
    public static let before = Round(rawValue: 0)
    /// Knowledge of the batch, computed after the update: sequential mutual learning. Relays
    /// publish the sum of what they gathered in ``before``.
    public static let after = Round(rawValue: 1)
    /// Knowledge of the test samples at the end of an epoch: for the accuracy of the ensemble.
    public static let evaluation = Round(rawValue: 2)
    /// Relays publish the sum of what they gathered in ``evaluation``.
    public static let ensemble = Round(rawValue: 3)
    /// Knowledge of the validation samples at the end of an epoch: for combinations that weigh
    /// teachers by their errors.
    public static let validation = Round(rawValue: 4)

    /// A generator's gradient in what others published of its samples in ``before``.
    public static let adjoints = Round(rawValue: 128)
    /// The gradient in the samples themselves, which who published sends back.
    public static let returnedAdjoints = Round(rawValue: 129)

    /// The greatest number of steps by which the samples of a batch may be sent early.
    public static let mostStepsAhead = 63

    /// The samples of the batch of a later step, for a teacher that has no access to them.
    ///
    /// - Parameter steps: how much later; 0 for the step itself.
    /// - Precondition: at most ``mostStepsAhead`` steps.
    public static func inputs(ahead steps: Int) -> Round {
        precondition(0...mostStepsAhead ~= steps, "no round is for samples that far ahead")
        return Round(rawValue: 192 + UInt8(steps))
    }

    /// Of a round of samples: how many steps later their batch is.
    public var stepsAhead: Int { Int(rawValue) - 192 }

    @inlinable
    public static func == (left: Round, right: Round) -> Bool { left.rawValue == right.rawValue }

    @inlinable
    public static func < (left: Round, right: Round) -> Bool { left.order < right.order }

    /// The place in the order of all rounds.
    @inlinable
    var order: UInt8 {
        switch rawValue {
        case 192...255: rawValue - 192
        case 0...1: rawValue + 64
        case 128...191: rawValue - 62
        default: rawValue + 128
        }
    }
}

extension Round: CustomStringConvertible {
    /// The name of a round that has one, otherwise its number.
    public var description: String {
        switch self {
        case .before: "before"
        case .after: "after"
        case .evaluation: "evaluation"
        case .ensemble: "ensemble"
        case .validation: "validation"
        case .adjoints: "adjoints"
        case .returnedAdjoints: "returned adjoints"
        case _ where rawValue >= 192: "inputs of step +\(rawValue - 192)"
        default: "\(rawValue)"
        }
    }
}
