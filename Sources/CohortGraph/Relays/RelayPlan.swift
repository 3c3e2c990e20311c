/// Which groups of a stage go through relays.
public struct RelayPlan: Hashable, Sendable {
    /// The trees of relays, none of which has a learner in common with another.
    public var trees: [RelayTree] = []
    /// Why a group does not go through relays, by its number, where relays were looked for.
    public var objections: [Int: String] = [:]

    /// Up to this many teachers, each sends to each, unless something else is asked for.
    public static let largestMesh = 8

    /// No relays.
    public init() {}

    /// Finds the groups of a stage that relays can serve.
    ///
    /// - Parameters:
    ///   - fanOut: how many one relay serves at most.
    ///   - objection: why the sum of several learners' probabilities is not what a group's loss and
    ///     combination need, if it is not.
    public init(
        _ graph: TeachingGraph, _ topology: Topology, fanOut: Int,
        objection: (EdgeGroup) -> String?
    ) {
        guard topology != .mesh else { return }
        var summable: [Int] = []
        for (number, group) in graph.groups.enumerated() where !group.isOwnTap {
            let reason =
                RelayRule.objection(to: group, in: graph, topology) ?? objection(group)
            if let reason { objections[number] = reason } else { summable.append(number) }
        }
        var served: Set<String> = []
        for group in graph.summedGroups(of: summable) {
            if let reason = Self.objection(to: group, served, topology) {
                for number in group.numbers { objections[number] = reason }
                continue
            }
            served.formUnion(group.members)
            trees.append(RelayTree(group, fanOut: fanOut, first: relays.count + 1))
        }
    }

    private static func objection(
        to group: SummedGroup, _ served: Set<String>, _ topology: Topology
    ) -> String? {
        if let name = group.members.first(where: served.contains) {
            return "'\(name)' exchanges through the relays of another group already"
        }
        guard topology == .auto, group.sources.count <= largestMesh else { return nil }
        return "only \(group.sources.count) teach, and up to \(largestMesh) are faster without"
    }

    /// All relays, in the order of their numbers.
    public var relays: [String] { trees.flatMap(\.relays) }

    /// The tree to which a relay belongs, or in which a learner takes part.
    public func tree(of name: String) -> RelayTree? {
        trees.first { $0.relays.contains(name) || $0.parents[name] != nil }
    }
}
