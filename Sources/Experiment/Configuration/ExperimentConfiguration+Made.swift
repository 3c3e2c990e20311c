import CohortGraph
import Options

/// What must hold where a generator makes samples.
extension ExperimentConfiguration {
    /// Refuses generators that nobody guides, and those who cannot take made samples.
    func checkMadeSamples(_ written: Setting, _ problems: inout SettingProblems) {
        let place = written["teaching"]?.position
        guard let generator = learners.first(where: { $0.name == graph.generator }) else {
            if graph.groups.contains(where: { $0.edge.inputs == .made }) {
                problems.note(
                    SettingError(
                        "teaching: `inputs: made` is of samples that a generator makes, and no"
                            + " learner is one; write `role: generator` at it", at: place))
            }
            return
        }
        func note(_ learner: LearnerOptions, _ problem: String) {
            problems.note(
                SettingError(
                    "learner '\(learner.name)' \(problem)",
                    at: written["learners"]?.value[learner.name]?.position))
        }
        let others = learners.filter { $0.role.makesSamples && $0.name != generator.name }
        if let second = others.first(where: { !follows($0, generator) }) {
            note(
                second,
                "is a second generator beside '\(generator.name)', and a cohort has one; leave one"
                    + " out")
        }
        if data.tasks != nil {
            note(generator, "makes samples, which are of no task; leave `data.tasks` out")
        }
        for maker in [generator] + others {
            if let problem = problem(ofGenerator: maker) { note(maker, problem) }
        }
        for learner in learners where graph.isSentMadeSamples(learner.name) {
            if let problem = problem(ofTaking: learner) { note(learner, problem) }
        }
    }

    private func problem(ofGenerator learner: LearnerOptions) -> String? {
        if learner.role == .frozenGenerator { return problem(ofFrozen: learner) }
        let groups = graph.groups(into: learner.name)
        if let odd = groups.first(where: { !$0.edge.lossTraits.contains(.guides) }) {
            return "is a generator, and loss '\(odd.edge.loss.name)' would teach it; it is guided"
                + " by the preset data-free alone"
        }
        if groups.isEmpty { return "is a generator that nobody guides; name it in data-free" }
        if learner.strongTask > 0 {
            return "is a generator, which has no samples to see strongly augmented; leave"
                + " `strong-task` out"
        }
        if graph.teaches(learner.name) { return "is a generator, and teaches nobody itself" }
        return problem(ofMaking: learner)
    }

    /// What no node that makes samples may have.
    func problem(ofMaking learner: LearnerOptions) -> String? {
        if learner.isExternal || learner.source != nil {
            return "is a generator, which is a process of this program; leave `external` and"
                + " `source` out"
        }
        if let problem = problem(ofKeptImages: learner) { return problem }
        if learner.data != nil { return "is a generator, which has no data; leave `data` out" }
        if learner.quantize != nil {
            return "is a generator, which is not quantised; leave `quantize` out"
        }
        return nil
    }

    private func problem(ofTaking learner: LearnerOptions) -> String? {
        problem(ofEdgesAround: learner.name) ?? problem(ofSettings: learner)
    }

    private func problem(ofEdgesAround name: String) -> String? {
        let all = (graph.numbers(into: name) + graph.numbers(from: name)).map { graph.groups[$0] }
        let groups = all.filter { !$0.isOwnTap }
        if let other = groups.first(where: { $0.edge.inputs != .made }) {
            return "takes the samples that a generator makes, and others with"
                + " '\(other.to == name ? other.from[0] : other.to)'; write `inputs: made` on all"
                + " edges around it, or on none"
        }
        if all.contains(where: { $0.edge.augmentation.hasStrong }) {
            return "takes the samples that a generator makes, of which there is no strong view;"
                + " leave `augmentation` out"
        }
        if let own = all.first(where: { $0.isOwnTap && $0.edge.looksAtLabelsOrNumbers }) {
            return "takes the samples that a generator makes, without labels and numbers, and"
                + " teaches itself by loss '\(own.edge.loss.name)' on an edge that looks at these;"
                + " leave that edge out, or its `version` and `missing`"
        }
        return nil
    }

    private func problem(ofSettings learner: LearnerOptions) -> String? {
        if learner.strongTask > 0 {
            return "takes the samples that a generator makes, of which there is no strong view;"
                + " leave `strong-task` out"
        }
        if learner.attack != nil {
            return "takes the samples that a generator makes, and would answer with the gradient of"
                + " what it did not send; leave `attack` out"
        }
        if learner.source != nil {
            return "is a recording, which a generator cannot send samples; leave `source` out"
        }
        if learner.replicas > 1 {
            return "takes the samples that a generator makes, at every step; leave `replicas` out"
        }
        if learner.isMispaired { return "is mispaired, and made samples have no pairs" }
        guard !learner.learns else { return nil }
        return learner.data == nil
            ? nil : "is a teacher on made samples, and has no data; leave `data` out"
    }
}

extension EdgeOptions {
    /// Whether the edge needs the labels of samples, or their numbers to find them again.
    var looksAtLabelsOrNumbers: Bool {
        needsLabels || version == .lastSeen || missing.isBank
            || combinationTraits.contains(.countsVotes)
    }
}
