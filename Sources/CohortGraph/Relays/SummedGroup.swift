/// Edge groups that a common sum can serve: they have the same edge and take the same learners.
struct SummedGroup {
    /// The groups by their number in the graph.
    var numbers: [Int]
    /// What all of them carry.
    var edge: EdgeOptions
    /// The learners that teach, in the order of the configuration.
    var sources: [String]
    /// The learners that learn, in the order of the configuration.
    var students: [String]

    /// All that take part: the sources, then the students that are no sources.
    var members: [String] {
        let isSource = Set(sources)
        return sources + students.filter { !isSource.contains($0) }
    }
}

extension TeachingGraph {
    /// What groups have in common that one sum can serve.
    private struct Key: Hashable {
        var edge: EdgeOptions
        /// The learners' indices, ascending.
        var learners: [Int]
    }

    /// Puts together the groups that take the same learners by the same edge: those whose learners
    /// teach one another, and of the others those that have the same teachers.
    func summedGroups(of numbers: [Int]) -> [SummedGroup] {
        let mutual = Dictionary(grouping: numbers) { number in
            key(of: number, groups[number].from + [groups[number].to])
        }.values
        let others = mutual.filter { $0.count == 1 }.joined().sorted()
        let stars = Dictionary(grouping: others) { number in
            key(of: number, groups[number].from)
        }.values
        return (mutual.filter { $0.count > 1 } + stars).sorted { $0[0] < $1[0] }
            .map(summedGroup)
    }

    private func summedGroup(_ numbers: [Int]) -> SummedGroup {
        let members = numbers.map { groups[$0] }
        return SummedGroup(
            numbers: numbers, edge: members[0].edge,
            sources: ordered(Set(members.flatMap(\.from))),
            students: ordered(Set(members.map(\.to))))
    }

    private func key(of number: Int, _ names: [String]) -> Key {
        let indices = names.compactMap(index).sorted()
        return Key(
            edge: groups[number].edge,
            learners: indices.reduce(into: []) { unique, index in
                if unique.last != index { unique.append(index) }
            })
    }

    private func ordered(_ names: Set<String>) -> [String] {
        names.sorted { index(of: $0)! < index(of: $1)! }
    }
}
