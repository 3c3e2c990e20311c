import Options

/// The order in which a cohort's learners train: students whose teachers are trained first wait for
/// them.
///
/// Learners that teach one another while they learn are of one stage. A staged edge leads to a
/// later one, and there its teacher is frozen. Whoever has a part of another learner's model waits
/// for that learner too.
public struct Stages: Hashable, Sendable {
    private let numbers: [String: Int]
    private let graphs: [TeachingGraph]

    /// Finds the stages of a graph.
    ///
    /// - Throws: ``SettingError`` where learners wait for one another in a cycle.
    public init(of graph: TeachingGraph) throws(SettingError) {
        let numbers = try Self.numbers(graph)
        self.numbers = numbers
        graphs = (1...(numbers.values.max() ?? 1)).map { graph.restricted(to: $0, by: numbers) }
    }

    /// How many there are, at least 1.
    public var count: Int { graphs.count }

    /// The stage of each learner that learns.
    private static func numbers(_ graph: TeachingGraph) throws(SettingError) -> [String: Int] {
        var numbers = graph.learners.map { $0.learns ? 1 : nil }
        var edges = graph.groups.flatMap { group in
            let to = graph.index(of: group.to)
            return group.from.compactMap { name -> (from: Int, to: Int, isStaged: Bool)? in
                guard let to, numbers[to] != nil, let from = graph.index(of: name), from != to,
                    numbers[from] != nil
                else { return nil }
                return (from, to, group.isStaged(from: name))
            }
        }
        for (to, learner) in graph.learners.enumerated() where numbers[to] != nil {
            guard let lender = learner.borrowed?.lender, let from = graph.index(of: lender),
                from != to, numbers[from] != nil
            else { continue }
            edges.append((from, to, true))
        }
        let most = numbers.count { $0 != nil }
        // Each pass settles at least one learner for good, unless there is a cycle.
        for pass in 0...most {
            var moved: Int?
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
            guard pass < most else {
                throw SettingError(
                    "teaching: '\(graph.learners[moved].name)' would have to be trained before"
                        + " those that it is also tied to at the same time: some edges around it"
                        + " are staged and others are not, or lead in a circle; write `staged: true` on"
                        + " all that lead from who is trained first, or on none")
            }
        }
        return Dictionary(
            uniqueKeysWithValues: zip(graph.learners, numbers).compactMap { learner, number in
                number.map { (learner.name, $0) }
            })
    }

    /// The stage, from 1, in which a learner trains; nil for one that does not learn.
    public func number(of learner: String) -> Int? { numbers[learner] }

    /// Who takes part in a stage, and who teaches whom there. Whoever was trained before is a
    /// teacher.
    public func graph(of stage: Int) -> TeachingGraph { graphs[stage - 1] }
}

extension TeachingGraph {
    /// The subgraph of a stage, by the stages of those that learn.
    fileprivate func restricted(to stage: Int, by numbers: [String: Int]) -> TeachingGraph {
        let groups = groups.filter { numbers[$0.to] == stage }
        let teachers = Set(groups.flatMap(\.from))
        let present = learners.filter {
            numbers[$0.name] == stage || teachers.contains($0.original ?? $0.name)
        }
        return TeachingGraph(
            learners: present.map { learner in
                var learner = learner
                if numbers[learner.name] != stage {
                    learner.role = learner.role.makesSamples ? .frozenGenerator : .teacher
                }
                return learner
            }, groups: groups)
    }
}
