import CohortGraph

extension EdgeGroup {
    /// Who teaches; of many the first and the last, and how many they are.
    func teachers(_ separator: String) -> String {
        guard isLarge else { return from.joined(separator: separator) }
        return "\(from[0])...\(from[from.count - 1])(\(from.count))"
    }

    var isLarge: Bool { from.count > RelayPlan.largestMesh }
}

extension ExperimentConfiguration {
    /// Which relays there are and whom they serve, a line each; and why a large circle has none.
    var relayListing: String {
        (1...stages.count).map { stage in
            let plan = relays(in: stage)
            let served = plan.circles.flatMap { circle in
                circle.relays.map { "\($0): serves \(members(of: $0, in: circle))\n" }
            }
            let groups = stages.graph(of: stage).groups
            let unserved = groups.indices.first { groups[$0].isLarge && plan.objections[$0] != nil }
            let remark = unserved.map {
                "each of \(groups[$0].from.count) teaches '\(groups[$0].to)' directly:"
                    + " \(plan.objections[$0] ?? "")\n"
            }
            return served.joined() + (remark ?? "")
        }.joined()
    }

    private func members(of relay: String, in circle: RelayCircle) -> String {
        let children = circle.children(of: relay)
        let kind = circle.relays.contains(children[0]) ? "relay" : "learner"
        return "\(children.count) \(kind)\(children.count == 1 ? "" : "s"), \(children[0])"
            + (children.count > 1 ? " to \(children[children.count - 1])" : "")
    }
}
