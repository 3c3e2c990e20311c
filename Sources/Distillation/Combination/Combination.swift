import NeuralNetwork

/// How the knowledge of several teachers becomes one loss.
public protocol Combination: Sendable {
    /// Whether it can only be used where the batch has labels.
    var needsLabels: Bool { get }
    /// Whether it weighs teachers by ``LossContext/errorCovariance``.
    var needsErrors: Bool { get }
    /// Whether it combines logits and nothing else.
    var isForResponsesAlone: Bool { get }
    /// Whether it takes the same teachers, all of them, each time.
    var needsAll: Bool { get }
    /// Whether it looks at each sample by itself: some can then be taken without the others.
    var isBySample: Bool { get }

    /// Declares what the combination learns.
    mutating func prepare(teachers: Int, in builder: inout ModelBuilder)

    /// The loss of a learner that several teach.
    ///
    /// - Parameters:
    ///   - student: the learner's summary.
    ///   - teachers: the teachers' summaries of the same samples, constants, at least one.
    func callAsFunction(
        _ student: Variable, _ teachers: [Tensor], by loss: any DistillationLoss,
        _ context: LossContext
    ) -> CombinedLoss
}

extension Combination {
    public var needsLabels: Bool { false }
    public var needsErrors: Bool { false }
    public var isForResponsesAlone: Bool { true }
    public var needsAll: Bool { needsErrors }
    public var isBySample: Bool { true }
    public mutating func prepare(teachers: Int, in builder: inout ModelBuilder) {}
}

/// A combination that needs no more of the teachers than the sum of their probabilities, where the loss
/// takes soft targets: what relays can carry.
public protocol SumCombination: Combination {
    /// The loss of a learner that several teach.
    ///
    /// - Parameters:
    ///   - student: logits N×classes.
    ///   - sum: of the teachers' softened probabilities for the same samples, of at least one.
    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> Variable
}

/// What a combination of teachers makes.
public struct CombinedLoss {
    /// The loss.
    public var term: Variable
    /// An objective beside it whose gradient reaches only the combination's own parameters.
    public var auxiliary: Variable?
    /// Each teacher's mean weight in the target, for the log; a combination that includes the learner
    /// itself has it first. Nil where weights are fixed or are not one for each teacher.
    public var shares: [Double]?
    /// What is held of each teacher from now on, where that is the combination's way.
    public var reputations: [Reputation]?

    public init(
        term: Variable, auxiliary: Variable? = nil, shares: [Double]? = nil,
        reputations: [Reputation]? = nil
    ) {
        self.term = term
        self.auxiliary = auxiliary
        self.shares = shares
        self.reputations = reputations
    }
}
