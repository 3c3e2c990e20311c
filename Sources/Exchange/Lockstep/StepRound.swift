import CohortGraph

/// A step and one of its rounds: what a learner publishes ascends in steps and rounds.
public struct StepRound: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The step, from 0.
    public var step: Int
    /// The round of the step.
    public var round: Round

    /// A round of a step.
    public init(step: Int, round: Round) {
        self.step = step
        self.round = round
    }

    /// The step and round of a message.
    package init(_ position: Position) {
        self.init(step: position.step, round: position.round)
    }

    public static func < (left: StepRound, right: StepRound) -> Bool {
        left.step == right.step ? left.round < right.round : left.step < right.step
    }

    public var description: String {
        round == .before ? "step \(step)" : "step \(step), round \(round)"
    }
}

extension RoundSchedule {
    /// The first round of a step.
    func first(of step: Int) -> StepRound { StepRound(step: step, round: first) }

    /// The last round of the step ahead of `step`; nil for the first step, which has none ahead of
    /// it.
    func last(before step: Int) -> StepRound? {
        step > 0 ? StepRound(step: step - 1, round: last) : nil
    }

    /// The round that follows, in the same step or the next.
    func next(after stepRound: StepRound) -> StepRound {
        rounds.first { $0 > stepRound.round }.map { StepRound(step: stepRound.step, round: $0) }
            ?? first(of: stepRound.step + 1)
    }

    /// The round ahead of `step and round`, in the same step or the one ahead of it; nil for the
    /// very first.
    func previous(before stepRound: StepRound) -> StepRound? {
        rounds.last { $0 < stepRound.round }.map { StepRound(step: stepRound.step, round: $0) }
            ?? last(before: stepRound.step)
    }
}
