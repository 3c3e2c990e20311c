/// A tree of relays between learners that teach one another: a reduction, as in an all-reduce.
///
/// The tree sums what its sources publish, and each student takes the sum less its own part, which
/// teaches it exactly as if it had received every source's knowledge.
public struct RelayTree: Hashable, Sendable {
    /// The groups of the stage's graph that the tree serves, by their number.
    public var groups: [Int]
    /// What all of these edges carry, and what each student makes of it.
    public var edge: EdgeOptions
    /// The learners whose knowledge is summed, in the order of the configuration.
    public var sources: [String]
    /// The learners that learn from the sum, in the order of the configuration.
    public var students: [String]
    /// The first is the root, at which the whole sum is formed; each stands after its parent.
    public let relays: [String]
    /// To whom each learner, and each relay but the root, sends its part and from whom it gets the
    /// sum.
    public let parents: [String: String]
    private let children: [String: [String]]
    private let sourceCounts: [String: Int]
    private let studentCounts: [String: Int]

    /// Spreads relays over a group of learners, in as few levels as their number allows.
    ///
    /// - Parameters:
    ///   - fanOut: how many learners or relays one relay serves at most, at least 2.
    ///   - first: the number of the root in its name.
    init(_ group: SummedGroup, fanOut: Int, first: Int) {
        (groups, edge) = (group.numbers, group.edge)
        (sources, students) = (group.sources, group.students)
        let levels = Self.levels(above: group.members, fanOut: fanOut, first: first)
        var parents: [String: String] = [:]
        for (above, below) in zip(levels, levels.dropFirst()) {
            for (index, name) in below.enumerated() {
                parents[name] = above[index * above.count / below.count]
            }
        }
        relays = levels.dropLast().flatMap(\.self)
        self.parents = parents
        children = Dictionary(grouping: levels.dropFirst().flatMap(\.self)) { parents[$0]! }
        sourceCounts = Self.count(sources, under: parents)
        studentCounts = Self.count(students, under: parents)
    }

    /// A tree over learners that all teach and learn, whatever they make of it.
    ///
    /// - Parameter fanOut: how many learners or relays one relay serves at most, at least 2.
    package init(among names: [String], fanOut: Int) {
        self.init(
            SummedGroup(
                numbers: [], edge: EdgeOptions(loss: "dml"), sources: names, students: names),
            fanOut: fanOut, first: 1)
    }

    /// The names of each level, from the root down to the members.
    private static func levels(
        above members: [String], fanOut: Int, first: Int
    ) -> [[String]] {
        var sizes: [Int] = []
        while (sizes.last ?? .max) > 1 {
            let below = sizes.last ?? members.count
            sizes.append((below + fanOut - 1) / fanOut)
        }
        var levels: [[String]] = []
        var number = first
        for size in sizes.reversed() {
            levels.append((number..<number + size).map { "relay-\($0)" })
            number += size
        }
        return levels + [members]
    }

    /// How many of some learners each member is or serves, through whatever relays.
    private static func count(
        _ learners: [String], under parents: [String: String]
    ) -> [String: Int] {
        var counts: [String: Int] = [:]
        for learner in learners {
            var member: String? = learner
            while let name = member {
                counts[name, default: 0] += 1
                member = parents[name]
            }
        }
        return counts
    }

    /// The learners or relays that a relay serves directly.
    public func children(of relay: String) -> [String] { children[relay] ?? [] }

    /// How many of the sources a member is or serves: what it publishes is their sum.
    public func sourceCount(below name: String) -> Int { sourceCounts[name] ?? 0 }

    /// Whether a member receives the sum.
    public func takes(_ name: String) -> Bool { studentCounts[name] != nil }
}
