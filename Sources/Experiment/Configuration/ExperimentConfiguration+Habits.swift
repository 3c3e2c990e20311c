import CohortGraph
import Options
import Training

/// Habits of training that cannot be had, or that change nothing, where they stand.
extension ExperimentConfiguration {
    /// Refuses them, each at the learner that has it.
    func checkHabits(_ written: Setting, _ problems: inout SettingProblems) {
        for learner in learners where learner.original == nil && learner.learns {
            let entry = written["learners"]?.value[learner.name]
            let place = entry?.value["training"]?.position ?? written["training"]?.position
            for problem in habitProblems(of: learner) {
                problems.note(
                    SettingError("learner '\(learner.name)': training.\(problem)", at: place))
            }
        }
    }

    /// What is wrong with the habits of a learner, each with its key.
    private func habitProblems(of learner: LearnerOptions) -> [String] {
        let (habits, cohort) = (learner.training.habits, training.habits)
        guard learner.role.classifies, !learner.isExternal else {
            let reason =
                learner.isExternal
                ? "another program trains it" : "they are of learners that classify"
            return habits == cohort
                ? [] : ["\(TrainingHabits.keys.joined(separator: ", ")): \(reason); leave them out"]
        }
        let tasks = (data.tasks?.count ?? 1) > 1
        return [
            habits.accumulate ?? 1 > 1 && graph.isSentMadeSamples(learner.name)
                ? "accumulate: some of its steps have no samples, as a generator makes them; leave"
                    + " it out" : nil,
            habits.classWeights != nil && tasks
                ? "class-weights weigh outputs that do not count in a task; leave them out, or"
                    + " data.tasks" : nil,
            habits.classWeights != cohort.classWeights && !learner.isLabelled
                ? "class-weights have no effect: it has no labels; leave them out" : nil,
            habits.patience != nil && habits.best == nil
                ? "patience needs `best: accuracy` or `best: loss`, which tells what is better"
                : nil,
            habits.patience != nil && graph.isSentMadeSamples(learner.name)
                ? "patience: a generator learns from its gradients, which frozen weights do not send;"
                    + " leave it out" : nil,
            habits.best != nil && tasks
                ? "best compares evaluations, and each task is tested on more classes or samples;"
                    + " leave it out, or data.tasks" : nil,
            habits.best != nil && training.evaluate == 0
                ? "best has no effect with `evaluate: 0`, as the only evaluation is at the end;"
                    + " leave one out" : nil,
        ].compactMap(\.self)
    }
}
