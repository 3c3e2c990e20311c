import NeuralNetwork

/// What a combination of teachers returns.
public struct CombinedLoss {
    /// The loss, and an objective of parameters of its own where there is one.
    public var term: LossTerm
    /// A scalar that counts by the edge's weight alone, whatever the factor of its schedule; nil
    /// for none. Where that factor is 0 the edge has no term, and so no such scalar.
    public var steady: Variable?
    /// Each teacher's mean weight in the target, for the log; a combination that includes the
    /// learner itself has it first. Nil where weights are fixed or are not one for each teacher.
    public var shares: [Double]?
    /// The share of the samples that have a target, in 0...1.
    public var open: Double
    /// What private votes have spent so far; nil where votes are not counted.
    public var privacy: PrivacySpent?

    /// A loss and, for the log, the weights of the teachers.
    public init(
        term: LossTerm, steady: Variable? = nil, shares: [Double]? = nil, open: Double = 1,
        privacy: PrivacySpent? = nil
    ) {
        self.term = term
        self.steady = steady
        self.shares = shares
        self.open = open
        self.privacy = privacy
    }
}
