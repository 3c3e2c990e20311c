/// The edges into one learner that together make one term of its loss:
/// weight · loss(combination of what `from` sent).
public struct EdgeGroup: Hashable, Sendable {
    /// Which of several teachers teach at a step.
    public enum Draw: String, CaseIterable, Sendable {
        case all
        /// One at random.
        case one
        /// All but one at random, where there are two or more.
        case allButOne = "all but one"
    }

    /// Who teaches, in the order of the configuration.
    public var from: [String]
    /// Who learns.
    public var to: String
    public var edge: EdgeOptions
    public var draw: Draw
    /// The paper's order of mutual learning: who comes earlier in the cohort teaches with what it
    /// knows after its own update of the same step.
    public var isSequential: Bool

    public init(
        from: [String], to: String, _ edge: EdgeOptions, draw: Draw = .all,
        isSequential: Bool = false
    ) {
        self.from = from
        self.to = to
        self.edge = edge
        self.draw = draw
        self.isSequential = isSequential
    }
}
