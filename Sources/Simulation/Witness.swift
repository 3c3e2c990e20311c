import CohortGraph
import Exchange

/// Records what all learners do, and names what must not be.
final class Witness {
    private let plan: SimulationPlan
    private let missing: Missing
    private let undisturbed: UndisturbedRun?
    /// What each learner and relay published.
    private var published: [[StepRound: UInt64]]
    /// What each was after each step; where steps go on without somebody, as it was the first time.
    private var states: [[UInt64]]
    /// The steps that all have done, each once.
    private(set) var progress = 0

    init(_ plan: SimulationPlan, _ missing: Missing) {
        self.plan = plan
        self.missing = missing
        undisturbed = missing == .wait ? UndisturbedRun(plan) : nil
        published = Array(repeating: [:], count: plan.members)
        states = (0..<plan.learners).map { [SimulatedKnowledge.initialState(of: $0)] }
    }

    func published(_ bits: UInt64, by learner: Int, at stepRound: StepRound) -> String? {
        let old = published[learner].updateValue(bits, forKey: stepRound)
        guard let old, old != bits else { return nil }
        return "diverged: \(name(learner)) published something else at \(stepRound) in another life"
    }

    /// - Parameter step and round: that it is of.
    func used(_ bits: UInt64, of sender: String, at stepRound: StepRound, by learner: Int)
        -> String?
    {
        guard published[plan.number(of: sender)][stepRound] != bits else { return nil }
        return "diverged: \(name(learner)) used at \(stepRound) what '\(sender)' did not journal"
    }

    /// Who took part in a step of a learner, or a relay, of those that may.
    func tookPart(
        _ attendance: [String], of teachers: [Link], at stepRound: StepRound, with learner: Int
    ) -> String? {
        let isMinority = 2 * (attendance.count + 1) <= teachers.count + 1
        switch missing {
        case .wait where !attendance.elementsEqual(teachers.lazy.map(\.peer)):
            return "diverged: \(name(learner)) used \(attendance) at \(stepRound)"
        case .drop where isMinority, .bank where isMinority:
            return "split brain: \(name(learner)) took \(stepRound) with no more than \(attendance)"
        case .wait, .drop, .bank: return nil
        }
    }

    func reached(_ step: Int, _ state: UInt64, by learner: Int) -> String? {
        if states[learner].count == step {
            states[learner].append(state)
            progress += 1
        }
        let expected = undisturbed?.states[learner][step] ?? states[learner][step]
        guard state != expected else { return nil }
        return "diverged: \(name(learner)) is not the same after \(step) steps"
    }

    func holds(
        _ held: (steps: Int, bytes: Int), _ limits: ExchangeLimits, _ name: String
    ) -> String? {
        let most = limits.journalBytes + SimulatedDisk.segmentBytes
        guard held.steps > limits.window || held.bytes > most else { return nil }
        return "memory: '\(name)' holds \(held.steps) steps of a teacher and \(held.bytes) bytes"
    }

    private func name(_ learner: Int) -> String { "'\(plan.name(of: learner))'" }
}
