/// A circle of learners that teach one another through relays: what all of them say is summed, and each
/// takes the sum less its own part, which teaches it exactly as if it had heard every one of them.
public struct RelayCircle: Hashable, Sendable {
    /// The groups of the stage's graph that it stands for, by their number.
    public var groups: [Int]
    /// What all of these edges carry, and what each learner makes of it.
    public var edge: EdgeOptions
    /// Those whose knowledge is summed, in the order of the configuration.
    public var sources: [String]
    /// Those that learn from the sum, in the order of the configuration.
    public var students: [String]
    /// The first is the root, at which everything comes together; each stands after its parent.
    public let relays: [String]
    /// To whom each learner, and each relay but the root, sends its part and from whom it gets the sum.
    public let parents: [String: String]
    private let children: [String: [String]]
    private let sourceCounts: [String: Int]
    private let pupilCounts: [String: Int]

    /// Spreads a circle over relays, in as few levels as its size allows.
    ///
    /// - Parameters:
    ///   - fan: how many learners or relays one relay serves at most, at least 2.
    ///   - first: the number of the root in its name.
    init(_ groups: [Int], _ edge: EdgeOptions, _ circle: Circle, fan: Int, first: Int) {
        self.groups = groups
        self.edge = edge
        sources = circle.sources
        students = circle.students
        let isSource = Set(sources)
        let others = students.filter { !isSource.contains($0) }
        var levels = [sources + others]
        var sizes: [Int] = []
        while (sizes.last ?? .max) > 1 {
            let below = sizes.last ?? levels[0].count
            sizes.append((below + fan - 1) / fan)
        }
        var number = first
        for size in sizes.reversed() {
            levels.insert((number..<number + size).map { "relay-\($0)" }, at: levels.count - 1)
            number += size
        }
        var parents: [String: String] = [:]
        for (above, below) in zip(levels, levels.dropFirst()) {
            for (place, name) in below.enumerated() {
                parents[name] = above[place * above.count / below.count]
            }
        }
        relays = levels.dropLast().flatMap(\.self)
        self.parents = parents
        children = Dictionary(grouping: levels.dropFirst().flatMap(\.self)) { parents[$0]! }
        sourceCounts = Self.count(sources, under: parents)
        pupilCounts = Self.count(students, under: parents)
    }

    /// A circle of learners that all teach and learn, whatever they make of it.
    ///
    /// - Parameter fan: how many learners or relays one relay serves at most, at least 2.
    package init(among names: [String], fan: Int) {
        self.init(
            [], EdgeOptions(loss: "dml"), Circle(sources: names, students: names), fan: fan,
            first: 1)
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

    /// Those that a relay serves directly.
    public func children(of relay: String) -> [String] { children[relay] ?? [] }

    /// How many of the sources a member is or serves: what it says is their sum.
    public func sourceCount(below name: String) -> Int { sourceCounts[name] ?? 0 }

    /// Whether a member is told the sum.
    public func takes(_ name: String) -> Bool { pupilCounts[name] != nil }
}

/// Who teaches and who learns in a set of groups that take the same learners.
struct Circle {
    var sources: [String]
    var students: [String]
}

/// How the knowledge of a cohort gets from learner to learner.
public enum Topology: String, CaseIterable, Sendable {
    /// Through relays where the circle is large and the algebra holds, else directly.
    case auto
    /// Each sends to each.
    case mesh
    /// Through relays; refused where the algebra does not hold.
    case relay
}

/// Which circles of a stage go through relays.
public struct RelayPlan: Hashable, Sendable {
    public var circles: [RelayCircle] = []
    /// Why a group does not, by its number, where relays were looked for.
    public var objections: [Int: String] = [:]

    /// Up to this many, each sends to each, unless something else is asked for.
    public static let largestMesh = 8

    /// No relays.
    public init() {}

    /// Finds the circles of a stage that relays can serve.
    ///
    /// - Parameters:
    ///   - fan: how many one relay serves at most.
    ///   - objection: why the sum of several learners' probabilities is not what a group's loss and
    ///     combination need, if it is not.
    public init(
        _ graph: TeachingGraph, _ topology: Topology, fan: Int,
        objection: (EdgeGroup) -> String?
    ) {
        guard topology != .mesh else { return }
        var summable: [Int] = []
        for (index, group) in graph.groups.enumerated() where group.from != [group.to] {
            if let reason = graph.objection(to: group, topology) ?? objection(group) {
                objections[index] = reason
            } else {
                summable.append(index)
            }
        }
        var served: Set<String> = []
        for groups in graph.circles(of: summable) {
            let (circle, edge) = (graph.circle(of: groups), graph.groups[groups[0]].edge)
            if let reason = Self.objection(to: circle, served, topology) {
                for index in groups { objections[index] = reason }
                continue
            }
            served.formUnion(circle.sources + circle.students)
            circles.append(
                RelayCircle(
                    groups, edge, circle, fan: fan, first: circles.flatMap(\.relays).count + 1))
        }
    }

    private static func objection(
        to circle: Circle, _ served: Set<String>, _ topology: Topology
    ) -> String? {
        if let name = (circle.sources + circle.students).first(where: served.contains) {
            return "'\(name)' exchanges through the relays of another circle already"
        }
        guard topology == .auto, circle.sources.count <= largestMesh else { return nil }
        return "only \(circle.sources.count) teach, and up to \(largestMesh) are faster without"
    }

    /// All relays, in the order of their numbers.
    public var relays: [String] { circles.flatMap(\.relays) }

    /// The circle that a relay serves, or in which a learner takes part.
    public func circle(of name: String) -> RelayCircle? {
        circles.first { $0.relays.contains(name) || $0.parents[name] != nil }
    }
}

extension TeachingGraph {
    private struct Kin: Hashable {
        var edge: EdgeOptions
        var places: [Int]
    }

    /// Puts together the groups that take the same learners by the same edge: those whose learners teach
    /// one another, and of the others those that have the same teachers.
    fileprivate func circles(of numbers: [Int]) -> [[Int]] {
        let mutual = Dictionary(grouping: numbers) { number in
            Kin(
                edge: groups[number].edge,
                places: places(of: groups[number].from + [groups[number].to]))
        }.values
        let others = mutual.filter { $0.count == 1 }.joined().sorted()
        let stars = Dictionary(grouping: others) { number in
            Kin(edge: groups[number].edge, places: places(of: groups[number].from))
        }.values
        return (mutual.filter { $0.count > 1 } + stars).sorted { $0[0] < $1[0] }
    }

    /// Who teaches and who learns in groups that belong together.
    fileprivate func circle(of numbers: [Int]) -> Circle {
        let members = numbers.map { groups[$0] }
        return Circle(
            sources: ordered(Set(members.flatMap(\.from))),
            students: ordered(Set(members.map(\.to))))
    }

    /// Each once, in order.
    private func places(of names: [String]) -> [Int] {
        names.compactMap(place).sorted().reduce(into: []) { places, place in
            if places.last != place { places.append(place) }
        }
    }

    private func ordered(_ names: Set<String>) -> [String] {
        names.sorted { place(of: $0)! < place(of: $1)! }
    }

    /// Why a sum does not teach what a group asks for, as far as the graph tells.
    fileprivate func objection(to group: EdgeGroup, _ topology: Topology) -> String? {
        let edge = group.edge
        if edge.knowledge != .response {
            return "it carries \(edge.knowledge.rawValue) knowledge, which does not add up"
        }
        if edge.gate != .always {
            return "gate '\(edge.gate.rawValue)' looks at each teacher by itself"
        }
        switch edge.missing {
        case .wait: break
        case .drop: return "missing 'drop' goes on without single teachers"
        case .bank: return "missing 'bank' keeps what single teachers said"
        case .stale: return "missing 'stale' takes what others, and not the learner, made early"
        }
        if edge.codec.name != "fp32" {
            return "codec '\(edge.codec.name)' loses bits, and a sum is exact"
        }
        if group.isSequential {
            return "order 'sequential' takes some before and some after their update"
        }
        if group.draw != .all { return "it draws other teachers at each step" }
        func isMember(_ learner: Learner) -> Bool {
            group.to == learner.name || group.from.contains(learner.name)
        }
        if let recording = learners.first(where: { $0.isRecorded && isMember($0) }) {
            return "'\(recording.name)' is a recording, which has no process"
        }
        if topology == .auto,
            let external = learners.first(where: { $0.isExternal && isMember($0) })
        {
            return "'\(external.name)' is external, and may not know how to speak to a relay"
        }
        return nil
    }
}
