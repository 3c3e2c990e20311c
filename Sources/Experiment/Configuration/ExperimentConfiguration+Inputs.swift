import CohortGraph
import Options

/// What must hold where samples are sent to teachers, and where several nodes share a teacher's
/// load.
extension ExperimentConfiguration {
    /// Refuses samples that are sent to a teacher that cannot take them, or that must not be sent.
    func checkInputs(_ written: Setting, _ problems: inout SettingProblems) {
        var known: Set<String> = []
        for (place, scheme) in teaching.enumerated() {
            for group in scheme.groups where group.edge.inputs == .send {
                for teacher in group.from {
                    guard let problem = problem(sending: teacher, samplesOf: group.to),
                        known.insert(problem).inserted
                    else { continue }
                    problems.note(
                        SettingError("teaching: \(problem)", at: written.teachingPosition(place)))
                }
            }
        }
    }

    /// What is wrong with a student that sends a teacher its samples; nil where nothing is.
    private func problem(sending teacher: String, samplesOf student: String) -> String? {
        guard let learner = self[teacher] else { return nil }
        if learner.source != nil {
            return "'\(teacher)' is a recording, which is sent no samples; leave `inputs` out"
        }
        guard learner.role == .teacher else {
            return "'\(teacher)' learns, and must have the samples itself: `inputs: send` is for a"
                + " frozen teacher (role: teacher); leave it out, or make '\(teacher)' a teacher"
        }
        if learner.data != nil {
            return "'\(teacher)' has `data` of its own, and `inputs: send` is for a teacher without"
                + " samples; leave one out"
        }
        let others = graph.numbers(from: teacher).map { graph.groups[$0] }
        if let other = others.first(where: { $0.edge.inputs != .send }) {
            return "'\(teacher)' is sent samples to teach '\(student)' and must have them to teach"
                + " '\(other.to)'; write `inputs: send` on all edges from it, or on none"
        }
        if graph.numbers(from: student).contains(where: {
            graph.groups[$0].edge.missing.lookAhead > 0
        }) {
            return "'\(student)' publishes early (`missing: stale`), and cannot send '\(teacher)'"
                + " samples besides; leave one out"
        }
        return data.maySend ? nil : refusalToSend(teacher, student)
    }

    private func refusalToSend(_ teacher: String, _ student: String) -> String {
        let reason =
            data.hasPrivateLabels
            ? "data.labels.private keeps the samples of this cohort with its learners"
            : "data.send is false"
        return "'\(student)' would send '\(teacher)' its samples (`inputs: send`), and \(reason);"
            + " allow it by `data: {send: true}`, or let '\(teacher)' have the samples"
            + " (`inputs: order`)"
    }

    /// Refuses several nodes for a learner that is no frozen teacher with a process.
    func checkReplicas(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners where learner.replicas > 1 {
            let entry = written["learners"]?.value[learner.name]
            let problem: String? =
                if learner.role != .teacher {
                    "learns, and only a frozen teacher (role: teacher) can have `replicas`"
                } else if learner.source != nil {
                    "is a recording, whose load nobody need share; leave `replicas` out"
                } else if let name = learner.replicaNames.last, !LearnerName.isValid(name) {
                    "has a replica of the name '\(name)', which is longer than"
                        + " \(LearnerName.maximumLength); give it a shorter name"
                } else {
                    learner.replicaNames.first { self[$0]?.original == nil }
                        .map { "has a replica of the name '\($0)', as another learner; rename one" }
                }
            guard let problem else { continue }
            problems.note(
                SettingError(
                    "learner '\(learner.name)' \(problem)",
                    at: entry?.value["replicas"]?.position ?? entry?.position))
        }
    }
}

extension Setting {
    /// Where an item of `teaching` is written.
    func teachingPosition(_ place: Int) -> SourcePosition? {
        guard case .list(let items) = self["teaching"]?.value.value, place < items.count else {
            return self["teaching"]?.position
        }
        return items[place].position
    }
}
