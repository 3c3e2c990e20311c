/// Who hears whom over a socket in a stage: students their teachers, but in circles that relays serve each
/// member the relay above it, and relays those below.
public struct Neighbourhood: Sendable {
    private let teachers: [String: [String]]
    private let students: [String: [String]]

    /// - Parameter circles: those that go through relays, for whose groups nobody hears another directly.
    public init(_ graph: TeachingGraph, circles: [RelayCircle] = []) {
        let names = graph.learners.map(\.name) + circles.flatMap(\.relays)
        let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        let relayed = Set(circles.flatMap(\.groups))
        var (heard, hearing) = (
            [Set<Int>](repeating: [], count: names.count),
            [Set<Int>](repeating: [], count: names.count)
        )
        func link(_ from: String, _ to: String) {
            guard from != to, let from = places[from], let to = places[to] else { return }
            heard[to].insert(from)
            hearing[from].insert(to)
        }
        for (number, group) in graph.groups.enumerated() where !relayed.contains(number) {
            for teacher in group.from { link(teacher, group.to) }
        }
        for circle in circles {
            for (child, parent) in circle.parents {
                if circle.sourceCount(below: child) > 0 { link(child, parent) }
                if circle.takes(child) { link(parent, child) }
            }
        }
        func inOrder(_ neighbours: [Set<Int>]) -> [String: [String]] {
            Dictionary(
                uniqueKeysWithValues: zip(
                    names, neighbours.map { $0.sorted().map { names[$0] } }))
        }
        (teachers, students) = (inOrder(heard), inOrder(hearing))
    }

    /// Those that a learner or a relay hears, in the order of the cohort, relays last.
    public func teachers(of name: String) -> [String] { teachers[name] ?? [] }

    /// Those that hear a learner or a relay, in the order of the cohort, relays last.
    public func students(of name: String) -> [String] { students[name] ?? [] }

    /// All of these, each once.
    public func neighbours(of name: String) -> [String] {
        let teachers = teachers(of: name)
        let isTeacher = Set(teachers)
        return teachers + students(of: name).filter { !isTeacher.contains($0) }
    }
}
