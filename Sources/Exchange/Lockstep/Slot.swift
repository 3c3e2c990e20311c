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
        left.step == right.step ? left.round < right.round : left.step < right.step
    }

    public var description: String {
        round == .before ? "step \(step)" : "step \(step), round \(round)"
    }
}

extension RoundSchedule {
    /// The first round of a step.
    func first(of step: Int) -> Slot { Slot(step: step, round: first) }

    /// The last round of the step ahead of `step`; nil for the first step, which has none ahead of it.
    func last(before step: Int) -> Slot? {
        step > 0 ? Slot(step: step - 1, round: last) : nil
    }

    /// The round that follows, in the same step or the next.
    func next(after slot: Slot) -> Slot {
        rounds.first { $0 > slot.round }.map { Slot(step: slot.step, round: $0) }
            ?? first(of: slot.step + 1)
    }

    /// The round ahead of `slot`, in the same step or the one ahead of it; nil for the very first.
    func previous(before slot: Slot) -> Slot? {
        rounds.last { $0 < slot.round }.map { Slot(step: slot.step, round: $0) }
            ?? last(before: slot.step)
    }
}
