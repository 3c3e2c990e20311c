import CohortGraph
import Options

/// Settings that read well and change nothing where they stand.
extension ExperimentConfiguration {
    /// Refuses settings of learning for those that never learn, and of teaching for those that
    /// teach nobody.
    func checkRoles(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners {
            guard let (key, reason) = idleKey(of: learner) else { continue }
            let entry = written["learners"]?.value[learner.name]
            let section = String(key.prefix { $0 != "." })
            problems.note(
                SettingError(
                    "learner '\(learner.name)': \(key) has no effect: \(reason); leave it out",
                    at: entry?.value[section]?.position ?? entry?.position))
        }
    }

    /// A setting of a learner that has no effect in its role, and why.
    private func idleKey(of learner: LearnerOptions) -> (key: String, reason: String)? {
        if learner.attack != nil, !graph.teaches(learner.name) {
            return ("attack", "it teaches nobody")
        }
        if learner.isMispaired, let reason = idleMispairing(of: learner) {
            return ("mispaired", reason)
        }
        if let data = learner.data, data.maySend == data.hasPrivateLabels {
            return ("data.send", "a learner's own samples never travel")
        }
        if learner.taskGate != .through, learner.isExternal {
            return ("task-gate", "another program weighs its task")
        }
        if !learner.isLabelled, learner.task != 1 { return ("task", "it has no labels") }
        if !learner.isLabelled, learner.taskGate != .through {
            return ("task-gate", "it has no labels")
        }
        guard !learner.learns else { return nil }
        if !learner.isLabelled, !learner.role.makesSamples {
            return ("labelled", "only those that learn have labels")
        }
        let isRecording = learner.source != nil
        let reason = isRecording ? "a recording stands in its place" : "a teacher never learns"
        let threads = isRecording ? [] : ["threads"]
        if learner.training.setting.without(threads) != training.setting.without(threads) {
            return ("training", reason)
        }
        if learner.task != 1 { return ("task", reason) }
        if learner.taskGate != .through { return ("task-gate", reason) }
        if learner.objective.name != "sum" { return ("objective", reason) }
        if isRecording, learner.quantize != nil { return ("quantize", reason) }
        if isRecording, learner.attack != nil { return ("attack", reason) }
        if isRecording, learner.data != nil { return ("data", reason) }
        let learned = ["labels", "validation", "sampler", "augmentation"]
        if let key = learned.first(where: { learner.data?.setting[$0] != nil }) {
            return ("data.\(key)", "\(reason), and takes from its data how pixels are normalized")
        }
        return nil
    }

    /// Why it has no effect that a learner sees other samples; nil where it has one.
    private func idleMispairing(of learner: LearnerOptions) -> String? {
        if !graph.isInGroup(learner.name) { return "it neither teaches nor is taught" }
        if learner.isExternal { return "another program reads its samples" }
        return learner.source == nil ? nil : "a recording stands in its place"
    }

    /// Settings that were changed and have no effect in this configuration, each with the reason.
    public var idleSettings: [String] {
        idleExchange + learners.compactMap(idleTask) + idleTeaching
    }

    private var idleExchange: [String] {
        let isSecured = exchange.security == .curve
        let hasRelays = (1...stages.count).contains { !relays(in: $0).relays.isEmpty }
        let live = graph.groups.filter { group in
            group.from.contains { $0 != group.to && self[$0]?.source == nil }
        }
        let isOptional = live.contains { $0.edge.missing.isOptional }
        var usual = ExchangeOptions.usual
        usual.security = exchange.security
        let isTCP = exchange.transport == .tcp
        let isHostUsual = exchange.host == usual.host && exchange.advertised == nil
        return [
            isTCP || isHostUsual
                ? nil : "exchange.host and exchange.advertise: the transport is ipc",
            isSecured || exchange.keys == usual.keys
                ? nil : "exchange.keys: the exchange is plain",
            hasRelays || exchange.fanOut == usual.fanOut
                ? nil : "exchange.fan: there are no relays",
            isOptional || exchange.quorum == usual.quorum
                ? nil : "exchange.quorum: every learner waits for all (`missing`)",
            isOptional || exchange.missingLimit == usual.missingLimit
                ? nil : "exchange.timeouts.missing: every learner waits for all (`missing`)",
            !live.isEmpty || exchange.window == usual.window
                ? nil : "exchange.window: nobody is taught by a learner that runs",
            !live.isEmpty || exchange.quarantine == usual.quarantine
                ? nil : "exchange.quarantine: nobody is taught by a learner that runs",
        ].compactMap(\.self)
    }

    private func idleTask(of learner: LearnerOptions) -> String? {
        guard learner.learns, learner.task == 0, !comparesAlone else { return nil }
        let keys = [
            learner.training.smoothing > 0 ? "smoothing" : nil,
            learner.training.habits.classWeights != nil ? "class-weights" : nil,
        ].compactMap(\.self)
        guard !keys.isEmpty else { return nil }
        let named = keys.map { "training.\($0)" }.joined(separator: " and ")
        return "\(named) of '\(learner.name)': its task has weight 0"
    }

    private var idleTeaching: [String] {
        graph.groups.flatMap { group in
            let title = "teaching of '\(group.to)' by \(group.from.joined(separator: ", "))"
            guard group.edge.weight > 0 else { return ["\(title): its weight is 0"] }
            guard group.from == [group.to] else { return [] }
            return [
                group.edge.codec.name == EdgeOptions.usualCodec
                    ? nil : "codec of the \(title): nothing travels",
                group.edge.missing == .wait ? nil : "missing of the \(title): nothing travels",
            ].compactMap(\.self)
        }
    }
}

extension ExchangeOptions {
    /// What holds where nothing is written.
    fileprivate static var usual: ExchangeOptions {
        guard let usual = try? ExchangeOptions(nil) else {
            preconditionFailure("the defaults can be read")
        }
        return usual
    }
}
