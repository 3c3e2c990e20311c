import CohortGraph
import NeuralNetwork
import Options

/// *Snapshot Distillation: Teacher-Student Optimization in One Generation* (Yang et al. 2019):
/// T² · KL(teachers‖learner), the teachers' responses at temperature T, the learner's at 1.
///
/// It does not vanish where both sides agree, unless T is 1.
struct AsymmetricDivergence: SoftTargetLoss, OptionFree {
    static let name = "asymmetric"
    static let summary = "divergence from responses that alone are softened (Yang et al. 2019)"

    var traits: LossTraits { [] }

    func callAsFunction(
        _ student: Variable, toward targets: SoftTargets, _ context: LossContext
    ) -> LossTerm {
        divergence(
            toward: targets, from: student.logProbabilities(at: 1),
            scale: context.temperature * context.temperature)
    }
}
