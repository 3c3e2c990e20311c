import CohortGraph

extension EdgeGroup {
    /// The teachers' names; of many the first and the last, and how many they are.
    func teachers(_ separator: String) -> String {
        guard isLarge else { return from.joined(separator: separator) }
        return "\(from[0])...\(from[from.count - 1])(\(from.count))"
    }

    /// Whether more teach than send to each directly by default.
    var isLarge: Bool { from.count > RelayPlan.largestMesh }
}

extension ExperimentConfiguration {
    /// Which relays there are and whom they serve, a line each; and why a large group has none.
    var relayListing: String {
        (1...stages.count).map { stage in
            let plan = relays(in: stage)
            let served = plan.trees.flatMap { tree in
                tree.relays.map { "\($0): serves \(members(of: $0, in: tree))\n" }
            }
            return served.joined() + (remark(on: plan, stages.graph(of: stage).groups) ?? "")
        }.joined()
    }

    /// Why the first large group that relays do not serve has none.
    private func remark(on plan: RelayPlan, _ groups: [EdgeGroup]) -> String? {
        for (number, group) in groups.enumerated() where group.isLarge {
            guard let reason = plan.objections[number] else { continue }
            return "each of \(group.from.count) teaches '\(group.to)' directly: \(reason)\n"
        }
        return nil
    }

    private func members(of relay: String, in tree: RelayTree) -> String {
        let children = tree.children(of: relay)
        let kind = tree.relays.contains(children[0]) ? "relay" : "learner"
        return "\(children.count) \(kind)\(children.count == 1 ? "" : "s"), \(children[0])"
            + (children.count > 1 ? " to \(children[children.count - 1])" : "")
    }
}
