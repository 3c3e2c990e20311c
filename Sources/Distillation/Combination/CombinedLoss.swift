/// What a combination of teachers returns.
public struct CombinedLoss {
    /// The loss, and an objective of parameters of its own where there is one.
    public var term: LossTerm
    /// Each teacher's mean weight in the target, for the log; a combination that includes the
    /// learner itself has it first. Nil where weights are fixed or are not one for each teacher.
    public var shares: [Double]?

    /// A loss and, for the log, the weights of the teachers.
    public init(term: LossTerm, shares: [Double]? = nil) {
        self.term = term
        self.shares = shares
    }
}
