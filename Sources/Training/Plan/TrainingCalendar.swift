/// Who learns until which step, and after which steps each learner is tested.
public struct TrainingCalendar: Sendable {
    /// What determines the steps at which a learner learns and is tested.
    struct Pace: Hashable {
        var steps: Int?
        var clock: EpochClock?
    }

    private let budgets: [String: Int]
    private let clocks: [String: EpochClock]
    private let evaluationEpochs: Int
    /// Whether learners show one another their answers to the test samples, for the accuracy of
    /// their ensemble.
    let hasEnsemble: Bool

    /// - Parameters:
    ///   - budgets: the number of steps for which each learner learns in this stage; 0 for a
    ///     learner with frozen weights.
    ///   - clocks: the epochs that each learner counts.
    ///   - evaluationEpochs: epochs between evaluations; 0 for one evaluation at the end alone.
    ///   - hasEnsemble: whether learners show one another their answers to the test samples.
    public init(
        budgets: [String: Int], clocks: [String: EpochClock], evaluationEpochs: Int,
        hasEnsemble: Bool = true
    ) {
        self.hasEnsemble = hasEnsemble
        self.budgets = budgets
        self.clocks = clocks
        self.evaluationEpochs = evaluationEpochs
    }

    /// The number of steps for which a learner learns; nil for a node that is no learner.
    func budget(of name: String) -> Int? { budgets[name] }

    /// Whether a learner learns at a step, counted from 0.
    func learns(_ name: String, at step: Int) -> Bool { step < budgets[name, default: 0] }

    /// The epochs that a learner counts.
    func clock(of name: String) -> EpochClock? { clocks[name] }

    /// Whether a learner ends an epoch by the last of `step` steps.
    func endsEpoch(_ name: String, after step: Int) -> Bool {
        clocks[name]?.endsEpoch(after: step) == true
    }

    /// Whether a learner is tested when it has done `step` steps: at the end of its budget, and at
    /// the end of every `evaluationEpochs`-th epoch before.
    package func evaluates(_ name: String, after step: Int) -> Bool {
        guard let budget = budgets[name], let clock = clocks[name], step <= budget else {
            return false
        }
        return step == budget
            || evaluationEpochs > 0 && clock.endsEpoch(after: step)
                && clock.epoch(after: step).isMultiple(of: evaluationEpochs)
    }

    /// The share of the steps after which learners of a pace are tested, but for the last one.
    func evaluationShare(of pace: Pace) -> Double {
        evaluationEpochs > 0 ? epochShare(of: pace) / Double(evaluationEpochs) : 0
    }

    /// The share of the steps that end an epoch of learners of a pace.
    func epochShare(of pace: Pace) -> Double {
        pace.clock.map { min(1, 1 / $0.stepsPerEpoch) } ?? 1
    }

    /// Equal for learners that learn, and are tested, at the same steps.
    func pace(of name: String) -> Pace { Pace(steps: budgets[name], clock: clocks[name]) }
}
