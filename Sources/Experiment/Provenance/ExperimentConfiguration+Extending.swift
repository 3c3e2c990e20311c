import CohortGraph
import NeuralNetwork

/// What of a run follows from how long its learners train.
extension ExperimentConfiguration {
    /// Why a run that was begun to train for less, and goes on as this one, does not come to what
    /// this one comes to from the beginning; empty where it does, to the bit.
    ///
    /// - Parameters:
    ///   - old: the same but for how long learners train.
    ///   - assembler: of this one; nil where the data are on other hosts.
    public func objections(
        toExtending old: ExperimentConfiguration, _ assembler: Assembler?
    ) throws -> [String] {
        let steps = try Steps(of: self, old, assembler)
        var objections: [String] = []
        for learner in learners where steps.isLonger(learner.name) {
            objections += try objection(to: learner, steps, assembler).map { [$0] } ?? []
        }
        for group in graph.groups where steps.isLonger(group.to) {
            objections += objection(to: group).map { [$0] } ?? []
        }
        var seen: Set<String> = []
        return objections.filter { seen.insert($0).inserted }
    }

    private func objection(
        to learner: LearnerOptions, _ steps: Steps, _ assembler: Assembler?
    ) throws -> String? {
        let name = learner.name
        if data.tasks.map({ $0.count > 1 && !$0.isJoint }) ?? false {
            return "'\(name)' meets tasks, whose length follows from that of the training"
        }
        if let stage = stages.number(of: name), stage < stages.count {
            return "'\(name)' is trained before others in stage \(stage) of \(stages.count)"
        }
        let schedule = learner.training.schedule
        let written = try LearningRates.registry.make(schedule.name, options: schedule.options)
        let rates = written.unit == .steps ? written : try assembler?.rate(of: learner)
        guard let (before, now) = steps[name], let rates else {
            return "how many steps the epochs of '\(name)' have is not known on this host; count in"
                + " training.steps"
        }
        if (0..<before).contains(where: {
            rates.factor(at: $0, of: before) != rates.factor(at: $0, of: now)
        }) {
            return "training.schedule '\(schedule.name)' of '\(name)' follows from the length, so"
                + " that its first \(before) steps would have had other rates"
        }
        let others = graph.neighbours(of: name).filter { stages.number(of: $0) == stages.count }
        guard let ahead = others.first(where: { steps[$0].map { $0.before > before } ?? false })
        else { return nil }
        return "'\(ahead)' has gone on after '\(name)' ended at step \(before)"
    }

    private func objection(to group: EdgeGroup) -> String? {
        if group.edge.missing.lookAhead > 0 {
            return "`missing: stale` of the teaching of '\(group.to)' publishes ahead, and nothing"
                + " was published beyond the end"
        }
        if group.edge.schedule.ramp == .whole {
            return "the schedule of the teaching of '\(group.to)' has `ramp: whole`, which follows"
                + " from the length"
        }
        if group.edge.needsErrors {
            return "combine '\(group.edge.combination.name)' of '\(group.to)' weighs teachers at"
                + " every test, and there was one at the end"
        }
        return nil
    }
}

/// How many steps each learner trains for, before and now.
private struct Steps {
    private var known: [String: (before: Int, now: Int)] = [:]
    private var longer: Set<String> = []

    init(
        of now: ExperimentConfiguration, _ old: ExperimentConfiguration, _ assembler: Assembler?
    ) throws {
        for learner in now.learners where learner.learns {
            guard let before = old[learner.name] else { continue }
            if before.training.budget != learner.training.budget { longer.insert(learner.name) }
            if let assembler {
                known[learner.name] = (
                    try assembler.steps(of: before), try assembler.steps(of: learner)
                )
            } else if case .steps(let few) = before.training.budget,
                case .steps(let many) = learner.training.budget
            {
                known[learner.name] = (few, many)
            }
        }
    }

    subscript(name: String) -> (before: Int, now: Int)? { known[name] }

    /// Whether a learner trains for longer than before.
    func isLonger(_ name: String) -> Bool { longer.contains(name) }
}

extension TeachingGraph {
    /// Those that a learner teaches or learns from.
    fileprivate func neighbours(of name: String) -> [String] {
        teachers(of: name) + students(of: name)
    }
}
