import CohortGraph
import Datasets
import Options

/// What must hold where learners meet tasks one after another.
extension ExperimentConfiguration {
    /// Refuses what needs tasks where there are none, and what cannot be used beside them.
    func checkTasks(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners where learner.original == nil {
            let entry = written["learners"]?.value[learner.name]
            for (key, problem) in taskProblems(of: learner) {
                problems.note(
                    SettingError(
                        "learner '\(learner.name)': \(key) \(problem)",
                        at: entry?.value[key]?.position ?? entry?.position))
            }
        }
        if let tasks = data.tasks, tasks.count > 1, training.smoothing > 0 {
            problems.note(
                SettingError(
                    "training: smoothing spreads a label over outputs that do not count in a task;"
                        + " leave it out, or data.tasks",
                    at: written["training"]?.value["smoothing"]?.position))
        }
        for (place, scheme) in teaching.enumerated() {
            for group in scheme.groups {
                guard let problem = taskProblem(of: group) else { continue }
                problems.note(
                    SettingError(
                        "\(scheme.preset.name): \(problem)", at: written.teachingPosition(place)))
            }
        }
    }

    /// What is wrong with settings of one learner, by their keys.
    private func taskProblems(of learner: LearnerOptions) -> [(key: String, problem: String)] {
        guard let tasks = data.tasks else {
            return learner.taskOrder == .numbered
                ? [] : [("task-order", "has no effect without `data.tasks`; leave it out")]
        }
        var found: [(String, String)] = []
        if !learner.learns, learner.taskOrder != .numbered {
            found.append(("task-order", "has no effect, as it never learns; leave it out"))
        }
        if let objection = learner.taskOrder.objection(of: tasks.count) {
            found.append(("task-order", objection))
        }
        if learner.taskOrder != .numbered, tasks.isJoint {
            found.append(("task-order", "has no effect where tasks are met together (`joint`)"))
        }
        if learner.isExternal {
            found.append(
                ("external", "is for programs that do not know of tasks; leave it out"))
        }
        if let own = learner.data, learner.learns || own.tasks != nil {
            found.append(
                ("data", "of its own is in none of the cohort's `data.tasks`; leave one out"))
        }
        let hasOtherSteps =
            learner.training.budget != training.budget
            || (training.countsEpochs && learner.training.batch != training.batch)
        if learner.learns, hasOtherSteps {
            found.append(
                (
                    "training",
                    "lasts for another time than the cohort's, and all meet their tasks at"
                        + " the same steps; leave steps, epochs and batch out"
                ))
        }
        if tasks.count > 1, learner.learns, learner.training.smoothing != training.smoothing {
            found.append(
                (
                    "training",
                    "smooths its labels in another way than the cohort, over outputs that do not"
                        + " count in a task; leave smoothing out"
                ))
        }
        return found
    }

    /// What is wrong with a group of edges.
    private func taskProblem(of group: EdgeGroup) -> String? {
        let edge = group.edge
        guard let tasks = data.tasks else {
            return edge.needsTasks
                ? "\(edge.whatNeedsTasks) is for tasks that learners meet one after another; set"
                    + " data.tasks" : nil
        }
        if edge.inputs == .send {
            return "`inputs: send` is for teachers that do not know of tasks; leave it out"
        }
        if tasks.isJoint, edge.gate == .met {
            return "`gate: met` has no effect where tasks are met together (`joint`); leave it out"
        }
        if edge.version == .partner {
            return "`version: partner` draws among the samples of all tasks; leave it out, or"
                + " data.tasks"
        }
        if tasks.scenario == .domains, edge.lossTraits.contains(.labelsNewOutputs),
            self[group.to]?.task == 0
        {
            return "in the setting 'domain' all outputs are of earlier tasks, whose labels the loss"
                + " '\(edge.loss.name)' does not use, and '\(group.to)' has `task: 0`; leave that out,"
                + " or take another `setting`"
        }
        let isAlone = graph.teachers(of: group.to).isEmpty && graph.students(of: group.to).isEmpty
        if hasSeveralTaskOrders, !isAlone, edge.needsLabels {
            return "learners with different orders of tasks teach one another on samples without"
                + " labels, and this edge of '\(group.to)' looks at labels; choose another, or the"
                + " same `task-order`"
        }
        return nil
    }
}

extension EdgeOptions {
    /// For messages: which of its parts needs tasks.
    fileprivate var whatNeedsTasks: String {
        version.isFrozen ? "`version: task`" : gate == .met ? "`gate: met`" : "`in: tasks`"
    }
}
