import Exchange

/// How far a learner has come, whole steps only: what it needs to go on to the bit.
///
/// The samples, the rates and the random draws of a step follow from its number, and are no part of
/// it.
public struct LearnerProgress: Sendable {
    /// The learner after whole steps.
    public var state: LearnerState
    /// The last evaluation on the test samples.
    public internal(set) var evaluation: Evaluation?
    /// The evaluation whose weights are kept as the best; nil where none are.
    public internal(set) var best: BestEvaluation?
    /// The accuracy of the learner and those it heard, together; nil where it heard nobody.
    public package(set) var ensembleAccuracy: Double?
    /// How far it has come with the tasks that it meets; nil where its samples are one task.
    package var tasks: TaskProgress?
    /// What the exchange holds of the learner's teachers; nil where it holds nothing.
    public package(set) var exchange: ExchangeState?
    /// What the steps since then found.
    var epoch = EpochMeter()
    /// How large the parts of the loss were at the last step; no part of a checkpoint.
    var sizes: LossSizes?

    /// Before the first step.
    public init(_ state: LearnerState) {
        self.state = state
    }
}
