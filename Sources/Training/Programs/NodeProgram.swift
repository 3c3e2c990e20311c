/// What a process of a cohort does at each step: learn, teach with frozen weights, or relay sums.
///
/// A program is a value that owns its state; ``NodeRunner`` joins the cohort, steps it, writes its
/// checkpoints and ends it, whatever its kind.
public protocol NodeProgram {
    /// The number of steps of the stage in which the node takes part.
    var stepCount: Int { get }
    /// Whether every step is done.
    var isDone: Bool { get }
    /// What a checkpoint must hold for the node to go on; nil for a program that needs none.
    var progress: LearnerProgress? { get }
    /// How far the node's model has come; nil for a program without a model.
    var result: NodeResult? { get }

    /// Prepares for the first step, once all neighbours have joined.
    mutating func begin() throws

    /// Takes the next step. A step that throws leaves the program as it was before.
    ///
    /// - Precondition: the program is not done.
    mutating func takeStep() throws
}

extension NodeProgram {
    /// The program needs no checkpoint.
    public var progress: LearnerProgress? { nil }
    /// The program has no model.
    public var result: NodeResult? { nil }
}

/// How far a node's model has come.
public struct NodeResult: Sendable {
    /// The state of the model after whole steps.
    public let state: LearnerState
    /// The last evaluation on the test samples; nil before the first.
    public let evaluation: Evaluation?

    init(_ state: LearnerState, _ evaluation: Evaluation?) {
        self.state = state
        self.evaluation = evaluation
    }
}
