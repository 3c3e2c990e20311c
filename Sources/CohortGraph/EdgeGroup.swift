/// The edges into one learner that together make one term of its loss:
/// weight · loss(combination of what the teachers published).
public struct EdgeGroup: Hashable, Sendable {
    /// Which of several teachers teach at a step.
    public enum Draw: String, CaseIterable, Sendable {
        /// Every one.
        case all
        /// One at random.
        case one
        /// All but one at random, where there are two or more.
        case allButOne = "all but one"
    }

    /// The teachers, in the order of the configuration.
    public var from: [String]
    /// The student.
    public var to: String
    /// What the edges carry and what the learner makes of it.
    public var edge: EdgeOptions
    /// Which of the teachers teach at a step.
    public var draw: Draw
    /// The paper's order of mutual learning: a teacher that comes earlier in the cohort publishes
    /// after its own update of the same step.
    public var isSequential: Bool
    /// Those among the teachers that train at the same time as the student although the edge is
    /// staged, as students do that guide a generator beside their teacher.
    public var concurrent: Set<String> = []

    /// A group of edges; by default all teach at once.
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

    /// Whether the learner is its only teacher: the term compares two places of one forward pass,
    /// and nothing travels.
    public var isOwnTap: Bool { from == [to] }

    /// Whether one of the teachers is trained in a stage before the student's.
    public func isStaged(from teacher: String) -> Bool {
        edge.isStaged && !concurrent.contains(teacher)
    }
}
