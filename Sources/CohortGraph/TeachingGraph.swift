/// Who teaches whom, with what and how strongly: the one directed graph that every scheme expands to.
public struct TeachingGraph: Hashable, Sendable {
    /// In the order of the configuration.
    public var learners: [Learner]
    public var groups: [EdgeGroup]

    public init(learners: [Learner], groups: [EdgeGroup]) {
        self.learners = learners
        self.groups = groups
    }

    /// The learner of a name.
    public subscript(name: String) -> Learner? { learners.first { $0.name == name } }

    /// The groups that teach a learner, in order.
    public func groups(into learner: String) -> [EdgeGroup] { groups.filter { $0.to == learner } }

    /// Those that teach `learner` from outside its own process, in the order of the configuration.
    public func teachers(of learner: String) -> [String] {
        let sources = Set(groups(into: learner).flatMap(\.from)).subtracting([learner])
        return learners.map(\.name).filter(sources.contains)
    }

    /// Those that `learner` teaches over a socket, in the order of the configuration.
    public func pupils(of learner: String) -> [String] {
        let targets = Set(groups.filter { $0.from.contains(learner) }.map(\.to))
            .subtracting([learner])
        return learners.map(\.name).filter(targets.contains)
    }
}
