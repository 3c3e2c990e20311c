/// Which nodes of a stage are connected by a socket: students with their teachers; where a tree of
/// relays serves a group, each member with the relay above it, and relays with those below.
public struct Neighbourhood: Sendable {
    private let teachers: [String: [String]]
    private let students: [String: [String]]

    /// Finds the links of a stage.
    ///
    /// - Parameter trees: those of relays, for whose groups no learner is linked to another
    ///   directly.
    public init(_ graph: TeachingGraph, trees: [RelayTree] = []) {
        var links = Links(graph.learners.map(\.name) + trees.flatMap(\.relays))
        let relayed = Set(trees.flatMap(\.groups))
        for (number, group) in graph.groups.enumerated() where !relayed.contains(number) {
            for teacher in group.from.flatMap(graph.replicas) {
                links.add(from: teacher, to: group.to)
                if group.edge.inputs == .send { links.add(from: group.to, to: teacher) }
                if let generator = graph.generator, group.edge.inputs == .made {
                    links.add(from: generator, to: teacher)
                    links.add(from: generator, to: group.to)
                }
            }
        }
        for tree in trees {
            for (child, parent) in tree.parents {
                if tree.sourceCount(below: child) > 0 { links.add(from: child, to: parent) }
                if tree.takes(child) { links.add(from: parent, to: child) }
            }
        }
        (teachers, students) = (links.ordered(links.teachers), links.ordered(links.students))
    }

    /// Those from whom a learner or a relay receives, in the order of the cohort, relays last.
    public func teachers(of name: String) -> [String] { teachers[name] ?? [] }

    /// Those to whom a learner or a relay sends, in the order of the cohort, relays last.
    public func students(of name: String) -> [String] { students[name] ?? [] }

    /// All of these, each once.
    public func neighbours(of name: String) -> [String] {
        let teachers = teachers(of: name)
        let isTeacher = Set(teachers)
        return teachers + students(of: name).filter { !isTeacher.contains($0) }
    }

    /// The links found so far, by the indices of the nodes.
    private struct Links {
        private let names: [String]
        private let indices: [String: Int]
        private(set) var teachers: [Set<Int>]
        private(set) var students: [Set<Int>]

        init(_ names: [String]) {
            self.names = names
            indices = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            teachers = Array(repeating: [], count: names.count)
            students = teachers
        }

        mutating func add(from: String, to: String) {
            guard from != to, let from = indices[from], let to = indices[to] else { return }
            teachers[to].insert(from)
            students[from].insert(to)
        }

        func ordered(_ neighbours: [Set<Int>]) -> [String: [String]] {
            Dictionary(
                uniqueKeysWithValues: zip(
                    names, neighbours.map { $0.sorted().map { names[$0] } }))
        }
    }
}
