import Options

/// The order in which a cohort's learners train: those whose teachers are trained first wait for them.
///
/// Learners that teach one another while they learn are of one stage. A staged edge leads to a later
/// one, and there its teacher is frozen.
public struct Stages: Hashable, Sendable {
    private let numbers: [String: Int]
    private let graph: TeachingGraph

    /// How many there are, at least 1.
    public let count: Int

    /// Finds the stages of a graph.
    ///
    /// - Throws: ``SettingError`` where learners wait for one another in a circle.
    public init(of graph: TeachingGraph) throws(SettingError) {
        self.graph = graph
        let learning = graph.learners.filter(\.learns).map(\.name)
        var numbers = Dictionary(uniqueKeysWithValues: learning.map { ($0, 1) })
        let edges = graph.groups.flatMap { group in
            group.from.filter { $0 != group.to && numbers[$0] != nil && numbers[group.to] != nil }
                .map { (from: $0, to: group.to, isStaged: group.edge.isStaged) }
        }
        // Each pass settles at least one learner for good, unless there is a circle.
        for pass in 0...learning.count {
            var moved: String?
            for edge in edges {
                let least = numbers[edge.from]! + (edge.isStaged ? 1 : 0)
                if numbers[edge.to]! < least {
                    numbers[edge.to] = least
                    moved = edge.to
                }
                if !edge.isStaged, numbers[edge.from]! < numbers[edge.to]! {
                    numbers[edge.from] = numbers[edge.to]
                    moved = edge.from
                }
            }
            guard let moved else { break }
            guard pass < learning.count else {
                throw SettingError(
                    "teaching: '\(moved)' would have to be trained before those that it is also"
                        + " tied to at the same time: some edges around it are staged and others"
                        + " are not, or lead in a circle; write `staged: true` on all that lead"
                        + " from who is trained first, or on none")
            }
        }
        self.numbers = numbers
        count = numbers.values.max() ?? 1
    }

    /// The stage, from 1, in which a learner trains; nil for one that does not learn.
    public func number(of learner: String) -> Int? { numbers[learner] }

    /// Who takes part in a stage, and who teaches whom there. Whoever was trained before is a teacher.
    public func graph(of stage: Int) -> TeachingGraph {
        let groups = graph.groups.filter { numbers[$0.to] == stage }
        let teachers = Set(groups.flatMap(\.from))
        let present = graph.learners.filter {
            numbers[$0.name] == stage || teachers.contains($0.name)
        }
        return TeachingGraph(
            learners: present.map { learner in
                var learner = learner
                if numbers[learner.name] != stage { learner.role = .teacher }
                return learner
            }, groups: groups)
    }
}
