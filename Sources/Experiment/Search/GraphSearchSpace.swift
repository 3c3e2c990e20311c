import Bytes
import CohortGraph
import Options

/// What a search tries: graphs over the learners of a configuration, each of which is a kind of
/// node (*Knowledge Transfer Graph for Deep Collaborative Learning*, Minami et al. 2020).
public struct GraphSearchSpace: Sendable {
    /// The configuration whose learners are the kinds of nodes.
    public let base: ExperimentConfiguration
    /// The learner that the graphs are ranked by.
    public let target: String
    /// The most nodes of a graph, the target included.
    public let nodes: Int
    /// The options of every edge but its gate.
    private let edge: Setting

    /// - Parameters:
    ///   - target: a learner of the configuration.
    ///   - edge: the options of every edge, in YAML: `{loss: kd, temperature: 1}`.
    /// - Throws: ``SettingError`` where the configuration cannot be searched.
    public init(
        _ base: ExperimentConfiguration, target: String, nodes: Int, edge: String
    ) throws(SettingError) {
        (self.base, self.target, self.nodes) = (base, target, nodes)
        self.edge = try Override("edge=\(edge)").value
        try check()
    }

    private func check() throws(SettingError) {
        let known = base.learners.map(\.name)
        guard known.contains(target) else {
            throw SettingError(
                "--target: unknown learner '\(target)': \(nearest(to: target, among: known))")
        }
        guard base.data.hasValidation else {
            throw SettingError(
                "search: graphs are ranked by validation samples, and there are none; set"
                    + " data.validation, such as data.validation=0.2")
        }
        for learner in base.learners where !learner.learns || learner.isExternal {
            throw SettingError(
                "search: learner '\(learner.name)' is"
                    + (learner.isExternal ? " external" : " frozen")
                    + ", and every kind of node must be able to learn here; leave it out")
        }
        guard !base.data.hasPrivateLabels else {
            throw SettingError(
                "search: the graphs have different learners, and private labels are divided among"
                    + " those; let them share their labels")
        }
        let drawn = ["from", "to", "gate", "staged"]
        guard case .map(let entries) = edge.value,
            !entries.contains(where: { drawn.contains($0.key) })
        else {
            throw SettingError(
                "--edge: write a map of options other than \(drawn.joined(separator: ", ")), which the"
                    + " search draws: {loss: kd, temperature: 1}")
        }
    }

    /// The gates that edges may have: correct needs labels, which a common pool has not.
    private var gates: [Gate] {
        [.through, .cutoff, .linear] + (base.data.hasPool ? [] : [.correct])
    }

    /// Draws graphs, no two of which are the same. The first two are the one in which the target
    /// learns alone, and the one with all gates through: the baselines.
    ///
    /// - Returns: fewer than `count` where there are not as many.
    public func graphs(count: Int, seed: UInt64) -> [SearchedGraph] {
        let key = RandomKey(seed: seed).child("graph search")
        let kinds = base.learners.map(\.name)
        let others = (1..<nodes).map { kinds[$0 % kinds.count] }
        var graphs = [
            SearchedGraph(kinds: [target], all: .through),
            SearchedGraph(kinds: [target] + others, all: .through),
        ]
        var known = Set(graphs)
        for draw in 0..<100 * count where graphs.count < count {
            let graph = SearchedGraph(
                target: target, nodes: nodes, kinds: kinds, gates: gates, key: key.child(draw))
            if known.insert(graph).inserted { graphs.append(graph) }
        }
        return Array(graphs.prefix(count))
    }

    /// The cohort of a graph.
    ///
    /// - Parameters:
    ///   - share: of the training budget, in 0...1; at least one step or epoch is left.
    ///   - runs: where its runs are kept; nil for the base's folder.
    ///   - threads: of each learner that names none; nil leaves that to the launcher.
    /// - Throws: ``SettingError`` where the edges' options do not fit the learners.
    public func configuration(
        of graph: SearchedGraph, named name: String, share: Double = 1, runs: String? = nil,
        threads: Int? = nil
    ) throws(SettingError) -> ExperimentConfiguration {
        var scaled = base
        scaled.training.budget = base.training.budget.scaled(by: share)
        scaled.runs = runs ?? base.runs
        let learners = try zip(graph.kinds.indices, graph.names).map {
            (node, name) throws(SettingError) in
            let setting = try learner(graph, node, in: scaled, share, threads)
            return Setting.Entry(key: name, position: .unwritten, value: setting)
        }
        let replaced = ["name", "title", "learners", "teaching", "compare"]
        guard case .map(let kept) = scaled.setting.without(replaced).value else {
            preconditionFailure("a configuration is a map")
        }
        let added = [
            ("name", Setting.scalar(name)), ("learners", Setting(unwritten: .map(learners))),
            ("teaching", teaching(graph)),
        ].map { Setting.Entry(key: $0.0, position: .unwritten, value: $0.1) }
        return try ExperimentConfiguration(
            Setting(unwritten: .map(added + kept)), name: name, registries: .all)
    }

    /// A node's settings: those of its kind, with the gate of its labels.
    private func learner(
        _ graph: SearchedGraph, _ node: Int, in scaled: ExperimentConfiguration, _ share: Double,
        _ threads: Int?
    ) throws(SettingError) -> Setting {
        guard var learner = base[graph.kinds[node]] else {
            throw SettingError("search: there is no learner '\(graph.kinds[node])' any more")
        }
        learner.training.budget = learner.training.budget.scaled(by: share)
        learner.training.threads = learner.training.threads ?? threads
        let gate = graph.gate(from: node, to: node)
        let isCut = gate == .cutoff && !graph.isFrozen(node)
        if isCut { learner.task = 0 }
        learner.taskGate = gate == .linear ? .linear : .through
        return learner.setting(in: scaled.training)
    }

    /// Every edge that is not cut off, as a term of its own.
    private func teaching(_ graph: SearchedGraph) -> Setting {
        let names = graph.names
        let edges = graph.kinds.indices.flatMap { student in
            graph.teachers(of: student).map { teacher in
                let own = Setting.map([
                    "from": .scalar(names[teacher]), "to": .scalar(names[student]),
                    "gate": .scalar(graph.gate(from: teacher, to: student).rawValue),
                    "staged": graph.isFrozen(teacher) ? .scalar(true) : nil,
                ])
                return Setting.map(["edge": own.with(edge)])
            }
        }
        return Setting(unwritten: .list(edges))
    }
}

extension TrainingOptions.Budget {
    /// The share of it that is nearest, at least one step or epoch.
    fileprivate func scaled(by share: Double) -> Self {
        func scaled(_ count: Int) -> Int { max(1, Int((Double(count) * share).rounded())) }
        return switch self {
        case .epochs(let count): .epochs(scaled(count))
        case .steps(let count): .steps(scaled(count))
        }
    }
}

extension Setting {
    /// A map with the entries of another behind its own.
    fileprivate func with(_ other: Setting) -> Setting {
        guard case .map(let own) = value, case .map(let more) = other.value else { return self }
        return Setting(unwritten: .map(own + more))
    }
}
