/// A reason for which the sum of its teachers' probabilities does not teach what a group asks for.
struct RelayRule: Sendable {
    /// The reason, if it holds of a group.
    private let reason: @Sendable (EdgeGroup, TeachingGraph, Topology) -> String?

    private init(_ reason: @escaping @Sendable (EdgeGroup, TeachingGraph, Topology) -> String?) {
        self.reason = reason
    }

    /// The first reason that holds, judged by the graph alone; nil where a sum may serve.
    static func objection(
        to group: EdgeGroup, in graph: TeachingGraph, _ topology: Topology
    ) -> String? {
        all.lazy.compactMap { $0.reason(group, graph, topology) }.first
    }

    /// Every reason that the graph alone can give.
    private static let all = [
        RelayRule { group, _, _ in
            let knowledge = group.edge.knowledge
            return knowledge == .response
                ? nil : "it carries \(knowledge.rawValue) knowledge, which does not add up"
        },
        RelayRule { group, _, _ in
            group.edge.taps.to.first.map {
                "it teaches '\($0)', and a learner's part of a sum is of its last layer"
            }
        },
        RelayRule { group, _, _ in
            group.edge.taps.from.first.map { "'\($0)' teaches, and a sum is of last layers" }
        },
        RelayRule { group, _, _ in
            let gate = group.edge.gate
            return gate == .through || gate == .linear
                ? nil : "gate '\(gate.rawValue)' looks at each teacher by itself"
        },
        RelayRule { group, _, _ in
            switch group.edge.missing {
            case .wait: nil
            case .drop: "missing 'drop' goes on without single teachers"
            case .bank: "missing 'bank' keeps what single teachers published"
            case .stale: "missing 'stale' takes what others, and not the learner, made early"
            }
        },
        RelayRule { group, _, _ in
            group.edge.codecTraits.contains(.exact)
                ? nil : "codec '\(group.edge.codec.name)' loses bits, and a sum is exact"
        },
        RelayRule { group, _, _ in
            group.edge.augmentation.hasStrong
                ? "augmentation '\(group.edge.augmentation.summary)' has a strong view, and a sum is"
                    + " of the other one" : nil
        },
        RelayRule { group, _, _ in
            switch group.edge.inputs {
            case .order: nil
            case .send: "inputs 'send' has each batch sent to single teachers"
            case .made: "inputs 'made' has each batch sent to single learners"
            }
        },
        RelayRule { group, _, _ in
            group.isSequential
                ? "order 'sequential' takes some before and some after their update" : nil
        },
        RelayRule { group, _, _ in
            group.draw == .all ? nil : "it draws other teachers at each step"
        },
        RelayRule { group, graph, _ in
            graph.learners.first { $0.isRecorded && group.includes($0.name) }
                .map { "'\($0.name)' is a recording, which has no process" }
        },
        RelayRule { group, graph, topology in
            guard topology == .auto else { return nil }
            return graph.learners.first { $0.isExternal && group.includes($0.name) }
                .map { "'\($0.name)' is external, and may not know how to speak to a relay" }
        },
    ]
}

extension EdgeGroup {
    /// Whether a learner teaches or learns in the group.
    fileprivate func includes(_ learner: String) -> Bool {
        to == learner || from.contains(learner)
    }
}
