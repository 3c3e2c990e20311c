import CohortGraph
import NeuralNetwork
import Options

/// *Large scale distributed neural network training through online distillation* (Anil et al.
/// 2018): T² · CE(teachers, learner), the teachers' part being a constant of the gradient.
///
/// It does not vanish where both sides agree: the entropy of the teachers remains.
struct SoftTargetCrossEntropy: SoftTargetLoss, OptionFree {
    static let name = "ce"
    static let summary = "codistillation: cross-entropy with the teachers' mean (Anil et al. 2018)"

    var traits: LossTraits { [] }

    func callAsFunction(
        _ student: Variable, toward targets: SoftTargets, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        return LossTerm(
            softCrossEntropy(student.logProbabilities(at: temperature), targets)
                * (temperature * temperature))
    }
}
