import Bytes
import CohortGraph

/// What is taught at every step of a stage: a pure function of the configuration, the same in every
/// process, so that all processes agree on who sends what to whom without asking one another.
public struct TeachingPlan: Sendable {
    /// Who learns until which step, and when each learner is tested.
    public let calendar: TrainingCalendar
    /// Which teachers of each group teach at a step, and how much the group counts then.
    public let draws: TeacherDraws
    /// Which tensors travel from whom to whom, in which round of a step.
    public let deliveries: Deliveries

    /// - Parameters:
    ///   - graph: who takes part in the stage, and its edges.
    ///   - circles: the relay circles of the graph.
    ///   - offers: the name of the tensor that each group asks for.
    ///   - key: of the run's seed; determines the draws.
    public init(
        _ graph: TeachingGraph, circles: [RelayTree] = [], offers: [String],
        calendar: TrainingCalendar, key: RandomKey
    ) {
        self.calendar = calendar
        draws = TeacherDraws(graph.groups, calendar, key: key)
        deliveries = Deliveries(graph, circles: circles, offers: offers, calendar, draws)
    }

    /// The plan of a learner that has neither teachers nor students.
    ///
    /// - Parameters:
    ///   - steps: for which it learns.
    ///   - evaluationEpochs: epochs between evaluations; 0 for one evaluation at the end alone.
    public init(alone name: String, steps: Int, clock: EpochClock, evaluationEpochs: Int) {
        self.init(
            TeachingGraph(learners: [Learner(name: name)], groups: []), offers: [],
            calendar: TrainingCalendar(
                budgets: [name: steps], clocks: [name: clock], evaluationEpochs: evaluationEpochs),
            key: RandomKey(seed: 0))
    }
}
