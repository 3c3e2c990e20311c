import CohortGraph
import Options

extension ExperimentConfiguration {
    /// Refuses what reads well and makes no sense.
    ///
    /// Private labels without teaching are allowed: that is the baseline of a cohort that teaches.
    func check(as written: Setting) throws(SettingError) {
        try checkLearners(written)
        try checkSamples(written)
        try checkBudgets(written)
        if comparesAlone, graph.groups.isEmpty {
            throw SettingError(
                "compare: alone would train the same learners twice, as nobody teaches; leave it"
                    + " out, or add teaching", at: written["compare"]?.value["alone"]?.position)
        }
    }

    private func checkLearners(_ written: Setting) throws(SettingError) {
        let place = written["learners"]
        guard learners.contains(where: \.learns) else {
            throw SettingError(
                "learners: all are teachers, so that nobody learns; add a student",
                at: place?.position)
        }
        guard learners.contains(where: { !$0.isExternal }) else {
            throw SettingError(
                "learners: all are external, so that there is nobody to start; add one that is not",
                at: place?.position)
        }
        for learner in learners {
            if let problem = problem(of: learner) {
                throw SettingError(
                    "learner '\(learner.name)' \(problem)",
                    at: place?.value[learner.name]?.position)
            }
        }
    }

    /// What is wrong with one learner.
    private func problem(of learner: LearnerOptions) -> String? {
        if learner.isExternal, exchange.transport == .ipc {
            return "is external and cannot reach the private sockets of ipc; set"
                + " exchange.transport to tcp"
        }
        if !learner.learns, graph.pupils(of: learner.name).isEmpty {
            return "is a teacher and teaches nobody; name it in teaching, or leave it out"
        }
        let isTaught = graph.groups.contains { $0.to == learner.name && $0.weight > 0 }
        if learner.learns, learner.task == 0, !isTaught {
            return "has nothing to learn: its task has weight 0 and nobody teaches it"
        }
        return nil
    }

    private func checkSamples(_ written: Setting) throws(SettingError) {
        if data.hasPrivateLabels, !data.hasPool, !graph.groups.isEmpty {
            throw SettingError(
                "data: private labels without a pool leave no common samples to teach on; add"
                    + " `pool: rest` to the labels",
                at: written["data"]?.value["labels"]?.position)
        }
        if !data.hasPool, training.common != training.batch {
            throw SettingError(
                "training: common is the batch of a pool, and the data have none; leave it out, or"
                    + " add `pool: rest` to the labels",
                at: written["training"]?.value["common"]?.position)
        }
    }

    /// Those that teach one another take the same steps, on the same samples.
    private func checkBudgets(_ written: Setting) throws(SettingError) {
        for group in graph.groups {
            for (name, other) in group.from.map({ ($0, group.to) }) {
                guard let a = self[name]?.training, let b = self[other]?.training else { continue }
                let place = [name, other].compactMap {
                    written["learners"]?.value[$0]?.value["training"]?.position
                }.first
                if a.budget != b.budget {
                    throw SettingError(
                        "learners '\(name)' and '\(other)' teach in lockstep and train for"
                            + " different times; give them the same steps or epochs", at: place)
                }
                if !data.hasPool, a.batch != b.batch {
                    throw SettingError(
                        "learners '\(name)' and '\(other)' teach on their labelled samples and have"
                            + " different batches; give them the same batch", at: place)
                }
            }
        }
    }
}
