import CohortGraph
import Options

extension ExperimentConfiguration {
    /// Refuses what reads well and makes no sense.
    ///
    /// Private labels without teaching are allowed: that is the baseline of a cohort that teaches.
    ///
    /// - Parameters:
    ///   - written: the settings as they were written, for places.
    ///   - flaws: what has a mistake of its own.
    ///   - problems: receives what is wrong.
    func check(
        as written: Setting, _ flaws: ConfigurationFlaws, noting problems: inout SettingProblems
    ) {
        if flaws.allow(.learners) { checkLearners(written, flaws, &problems) }
        if flaws.allow(.data), flaws.learners.isEmpty { checkViews(written, &problems) }
        if flaws.allow(.data, .training) {
            checkSamples(written, knowsTeaching: flaws.allow(.teaching), &problems)
        }
        guard flaws.allow(.teaching) else { return }
        checkLeads(written, &problems)
        checkVersions(written, &problems)
        if flaws.learners.isEmpty { checkReplicas(written, &problems) }
        if flaws.allow(.data), flaws.learners.isEmpty { checkStrongViews(written, &problems) }
        if flaws.allow(.data), flaws.learners.isEmpty {
            checkInputs(written, &problems)
            checkOnPolicy(written, &problems)
            checkMadeSamples(written, &problems)
            checkBlocks(written, &problems)
            checkPrivacy(written, &problems)
            if flaws.allow(.training) {
                checkTasks(written, &problems)
                checkHabits(written, &problems)
                checkMixing(written, &problems)
            }
        }
        checkComparison(written, &problems)
        if flaws.learners.isEmpty {
            checkRoles(written, &problems)
            if flaws.allow(.training) { checkGradients(written, &problems) }
        }
        if flaws.allow(.data) { checkLabels(written, &problems) }
        if flaws.allow(.exchange) { checkRelays(written, &problems) }
        if flaws.allow(.data, .training), flaws.learners.isEmpty {
            checkBatches(written, &problems)
        }
    }

    private func checkComparison(_ written: Setting, _ problems: inout SettingProblems) {
        guard comparesAlone, graph.groups.isEmpty else { return }
        problems.note(
            SettingError(
                "compare: alone would train the same learners twice, as nobody teaches; leave it"
                    + " out, or add teaching", at: written["compare"]?.value["alone"]?.position))
    }

    private func checkLearners(
        _ written: Setting, _ flaws: ConfigurationFlaws, _ problems: inout SettingProblems
    ) {
        let place = written["learners"]
        if flaws.learners.isEmpty, !learners.contains(where: \.learns) {
            problems.note(
                SettingError(
                    "learners: all are teachers, so that nobody learns; add a student",
                    at: place?.position))
        }
        if flaws.learners.isEmpty,
            !learners.contains(where: { !$0.isExternal || $0.command != nil })
        {
            problems.note(
                SettingError(
                    "learners: all are external, so that there is nobody to start; add one that is"
                        + " not, or a `command` that starts one", at: place?.position))
        }
        for learner in learners where !flaws.learners.contains(learner.name) {
            guard let problem = problem(of: learner, flaws) else { continue }
            problems.note(
                SettingError(
                    "learner '\(learner.name)' \(problem)",
                    at: place?.value[learner.name]?.position))
        }
        checkNames(place, &problems)
    }

    /// Two names that differ in capitals alone are one folder on some disks.
    private func checkNames(_ place: Setting.Entry?, _ problems: inout SettingProblems) {
        var known: [String: String] = [:]
        for learner in learners {
            guard let other = known.updateValue(learner.name, forKey: learner.name.lowercased())
            else { continue }
            problems.note(
                SettingError(
                    "learners: '\(other)' and '\(learner.name)' differ in capitals alone, and some"
                        + " disks take their folders for one; rename one",
                    at: place?.value[learner.name]?.position))
        }
    }

    /// What is wrong with one learner.
    private func problem(of learner: LearnerOptions, _ flaws: ConfigurationFlaws) -> String? {
        let taught = flaws.allow(.teaching) ? learner : nil
        return problemOfSource(learner) ?? taught.flatMap(problemOfRole)
            ?? problemOfWeights(learner) ?? problemOfBorrowing(learner) ?? taught.flatMap(
                problemOfAssistant)
            ?? problemOfPlace(learner, flaws) ?? taught.flatMap(problemOfTask)
            ?? (flaws.allow(.data) ? problemOfLabels(learner) : nil)
    }

    private func problemOfSource(_ learner: LearnerOptions) -> String? {
        if let reservation = LearnerName.reservation(of: learner.name) { return reservation }
        if learner.source != nil, learner.weights != nil || learner.isExternal {
            return "is a recording by its `source`, which has neither `weights` nor a process;"
                + " leave one out"
        }
        return nil
    }

    private func problemOfWeights(_ learner: LearnerOptions) -> String? {
        let isFrozen = learner.role == .teacher || learner.role == .frozenGenerator
        guard isFrozen, !learner.isExternal, learner.weights == nil, learner.source == nil
        else { return nil }
        return
            "is a \(learner.role.rawValue), which never learns, and has no `weights`; name a file or a run, or"
            + " make it a student that is trained first, by `staged: true` in teaching"
    }

    private func problemOfRole(_ learner: LearnerOptions) -> String? {
        let makes = learner.role.makesSamples
        guard learner.learns || makes || graph.teaches(learner.name) else {
            return
                "is a \(learner.source == nil ? "teacher" : "recording") and teaches nobody; name"
                + " it in teaching, or leave it out"
        }
        return nil
    }

    private func problemOfAssistant(_ learner: LearnerOptions) -> String? {
        let isBetween =
            graph.teaches(learner.name) && !graph.teachers(of: learner.name).isEmpty
        guard learner.role == .assistant, learner.source == nil, !isBetween else { return nil }
        return "is an assistant and does not both learn from above and teach below; name it in"
            + " teaching, or make it a student"
    }

    private func problemOfPlace(
        _ learner: LearnerOptions, _ flaws: ConfigurationFlaws
    ) -> String? {
        if learner.isExternal, learner.command == nil, flaws.allow(.exchange),
            exchange.transport == .ipc
        {
            return "is external and cannot reach the private sockets of ipc; set"
                + " exchange.transport to tcp, or let the launcher start it by `command`"
        }
        if learner.isExternal, flaws.allow(.teaching), stages.count > 1, learner.learns {
            return "is external, and a cohort that is trained in stages starts all its learners"
                + " itself; let it teach with weights of its own, or train it in a run of its own"
        }
        return nil
    }

    private func problemOfTask(_ learner: LearnerOptions) -> String? {
        let isTaught = graph.groups(into: learner.name).contains {
            $0.edge.weight > 0 && $0.edge.gate != .cutoff
        }
        guard learner.learns, !isTaught else { return nil }
        if !learner.isLabelled {
            return "has nothing to learn: it has no labels and nobody teaches it"
        }
        return learner.task == 0
            ? "has nothing to learn: its task has weight 0 and nobody teaches it" : nil
    }

    /// Without labels a learner takes the samples of the pool alone.
    private func problemOfLabels(_ learner: LearnerOptions) -> String? {
        guard !learner.isLabelled else { return nil }
        if learner.data != nil {
            return "has `data` of its own and is not `labelled`, so that it would take none of"
                + " them; leave one out"
        }
        guard learner.role.classifies, !graph.isSentMadeSamples(learner.name) else {
            return nil
        }
        return data.hasPool
            ? nil
            : "is not `labelled`, and the data have no common pool without labels; add `pool: rest`"
                + " to the labels"
    }

    private func checkSamples(
        _ written: Setting, knowsTeaching: Bool, _ problems: inout SettingProblems
    ) {
        if data.hasPrivateLabels, !data.hasPool, knowsTeaching, !graph.groups.isEmpty {
            problems.note(
                SettingError(
                    "data: private labels without a pool leave no common samples to teach on; add"
                        + " `pool: rest` to the labels",
                    at: written["data"]?.value["labels"]?.position))
        }
        if !data.hasPool, training.common != training.batch {
            problems.note(
                SettingError(
                    "training: common is the batch of a pool, and the data have none; leave it out, or"
                        + " add `pool: rest` to the labels",
                    at: written["training"]?.value["common"]?.position))
        }
    }

    /// Those that teach one another on their labelled samples take as many at a step. Where the
    /// cohort's own `common` cannot be, that alone is the mistake.
    private func checkBatches(_ written: Setting, _ problems: inout SettingProblems) {
        guard !data.hasPool, training.common == training.batch else { return }
        for stage in 1...stages.count {
            let graph = stages.graph(of: stage)
            let learning = learners.filter {
                stages.number(of: $0.name) == stage && graph.isInGroup($0.name)
                    // Its labelled samples are its own, beside those that a generator makes.
                    && !($0.isLabelled && graph.isSentMadeSamples($0.name))
            }
            for learner in learning where learner.training.batch != training.common {
                problems.note(
                    SettingError(
                        "learner '\(learner.name)' has batches of \(learner.training.batch), and those"
                            + " that teach one another on their labelled samples all take"
                            + " \(training.common); give it the same batch",
                        at: written["learners"]?.value[learner.name]?.value["training"]?.position))
            }
        }
    }

    /// Weights that never change have one version, and some versions are the learner's own.
    private func checkVersions(_ written: Setting, _ problems: inout SettingProblems) {
        for group in graph.groups where group.edge.version != .current {
            if group.edge.version.isOfOneself, !group.isOwnTap {
                problems.note(
                    SettingError(
                        "teaching: `version: \(group.edge.version.suffix ?? "")` is of a learner that teaches"
                            + " itself, and '\(group.to)' has other teachers; let it teach itself,"
                            + " or take {snapshot: N}", at: written["teaching"]?.position))
            }
            let frozen = group.from.first { graph[$0]?.learns != true || group.edge.isStaged }
            guard let frozen else { continue }
            problems.note(
                SettingError(
                    "teaching: '\(frozen)' teaches '\(group.to)' with frozen weights, which have"
                        + " one version; leave `version` out", at: written["teaching"]?.position))
        }
    }

    /// A learner publishes a step's knowledge once, for all its students: early for all, or for
    /// none.
    private func checkLeads(_ written: Setting, _ problems: inout SettingProblems) {
        let place = written["teaching"]?.position
        for group in graph.groups where group.edge.missing.lookAhead > 0 && group.isSequential {
            problems.note(
                SettingError(
                    "teaching: order 'sequential' takes some after their update, which cannot be had"
                        + " early; '\(group.to)' cannot learn with `missing: stale`", at: place))
        }
        for learner in learners where learner.learns {
            let leads = graph.numbers(from: learner.name)
                .filter { graph.groups[$0].to != learner.name }
                .map { graph.groups[$0].edge.missing.lookAhead }
            guard let first = leads.first, let other = leads.first(where: { $0 != first }) else {
                continue
            }
            problems.note(
                SettingError(
                    "teaching: '\(learner.name)' teaches some \(min(first, other)) and others"
                        + " \(max(first, other)) steps early; give all that it teaches the same"
                        + " `missing`", at: place))
        }
    }

    /// Refuses teaching that looks at labels where there are none.
    private func checkLabels(_ written: Setting, _ problems: inout SettingProblems) {
        for (index, scheme) in teaching.enumerated() {
            var place: SourcePosition?
            if case .list(let items) = written["teaching"]?.value.value, index < items.count {
                place = items[index].position
            }
            for group in scheme.groups {
                if data.hasPool, group.edge.needsLabels {
                    problems.note(
                        SettingError(
                            "\(scheme.preset.name): \(group.edge.whatNeedsLabels) the labels of the"
                                + " batch, and the cohort teaches on a pool whose labels nobody uses;"
                                + " choose another, or teach on labelled samples (`pool: none`)",
                            at: place))
                }
                if group.edge.needsErrors, !data.hasValidation {
                    problems.note(
                        SettingError(
                            "\(scheme.preset.name): combine '\(group.edge.combination.name)' weighs"
                                + " teachers by their errors on validation samples, and there are"
                                + " none; set data.validation", at: place))
                }
            }
        }
    }
}

extension EdgeOptions {
    /// For messages: which of its parts looks at labels.
    fileprivate var whatNeedsLabels: String {
        if gate.needsLabels { return "gate '\(gate.rawValue)' looks at" }
        if combinationTraits.contains(.needsLabels) {
            return "combine '\(combination.name)' learns from"
        }
        guard !lossTraits.contains(.needsLabels) else { return "loss '\(loss.name)' needs" }
        return "version 'partner' draws by"
    }
}
