import CohortGraph

/// A step and one of its rounds: what a learner publishes ascends in slots.
public struct Slot: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var step: Int
    public var round: Round

    public init(step: Int, round: Round) {
        self.step = step
        self.round = round
    }

    package init(_ position: Position) {
        self.init(step: position.step, round: position.round)
    }

    public static func < (left: Slot, right: Slot) -> Bool {
        (left.step, left.round.rawValue) < (right.step, right.round.rawValue)
    }

    /// The last round of a step.
    static let lastPhase = Round.allCases.max { $0.rawValue < $1.rawValue } ?? .before

    static let first = Slot(step: 0, round: .before)

    /// The slot after this one.
    var next: Slot {
        Round(rawValue: round.rawValue + 1).map { Slot(step: step, round: $0) }
            ?? Slot(step: step + 1, round: .before)
    }

    /// The slot before this one; nil for the first.
    var previous: Slot? {
        if round.rawValue > 0, let round = Round(rawValue: round.rawValue - 1) {
            return Slot(step: step, round: round)
        }
        return step > 0 ? Slot(step: step - 1, round: Self.lastPhase) : nil
    }

    public var description: String {
        round == .before ? "step \(step)" : "step \(step), round \(round)"
    }
}
