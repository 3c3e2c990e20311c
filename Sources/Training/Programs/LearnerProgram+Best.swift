import Foundation
import NeuralNetwork
import Reporting

/// The weights of the best evaluation (`training: {best: accuracy}`).
extension LearnerProgram {
    /// Keeps the weights where they do better than all before: on the validation samples, or where
    /// there are none, on the test samples.
    ///
    /// - Parameter test: the evaluation on the test samples.
    /// - Throws: ``Divergence`` where an answer to the validation samples is not finite.
    mutating func keepIfBest(_ test: Evaluation) throws {
        guard let measure = assembly.training.habits.best else { return }
        // Where there are no test samples, the validation samples are those of the test too.
        let others = data.validation.flatMap { $0.digest == data.test.digest ? nil : $0 }
        let found = try others.map { try evaluation(by: state.weightsNow, on: $0) } ?? test
        if done.best.map({ measure.prefers(found, to: $0.evaluation) }) ?? true {
            done.best = BestEvaluation(step: state.step, evaluation: found)
            done.state.versions[.best] = state.weightsNow
        } else {
            done.best?.since += 1
        }
        if let stop = stop(by: measure) {
            try context.report(.notice(Notice(stop, step: state.step)))
        }
        guard isTrained, let best = done.best else { return }
        try context.report(.notice(Notice(summary(of: best, by: measure), step: state.step)))
    }

    /// Whether its evaluations have not become better for as long as it has patience. Its weights
    /// then stay as they are.
    var hasStopped: Bool {
        guard let patience = assembly.training.habits.patience, let best = done.best else {
            return false
        }
        return best.since >= patience
    }

    /// Whether it has stopped, and has no neighbours, who would wait for it or publish to it.
    var endsEarly: Bool {
        let neighbours = assembly.plan.deliveries.neighbours(of: assembly.name)
        return hasStopped && neighbours.teachers.isEmpty && neighbours.students.isEmpty
    }

    /// That it stops learning by this evaluation, in words; nil where it does not.
    private func stop(by measure: BestMeasure) -> String? {
        guard let patience = assembly.training.habits.patience, let best = done.best,
            best.since == patience, state.step < assembly.training.steps
        else { return nil }
        return "stops learning: the \(measure.rawValue) has not become better since step"
            + " \(best.step), for \(patience) evaluations; "
            + (endsEarly ? "it ends here" : "it goes on to teach with the weights as they are")
    }

    private func summary(of best: BestEvaluation, by measure: BestMeasure) -> String {
        let score =
            measure == .accuracy
            ? String(format: "accuracy %.2f%%", best.evaluation.accuracy * 100)
            : String(format: "loss %.4f", best.evaluation.negativeLogLikelihood)
        let samples = data.validation == nil ? "test" : "validation"
        return "the best weights are those after step \(best.step): \(score) on the \(samples)"
            + " samples; `--best` names them"
    }
}
