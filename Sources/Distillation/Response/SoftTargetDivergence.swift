import CohortGraph
import NeuralNetwork

/// T² · KL(teachers‖learner), summed over classes (Hinton et al. 2015; Zhang et al. 2018).
///
/// One loss under three names: `kd` from a teacher, `dml` from each peer, `dml_e` from the peers' mean.
/// They differ in how several teachers are combined; with one they are the same.
struct SoftTargetDivergence: SoftTargetLoss {
    var traits: LossTraits { [.vanishesAtEquality, .isDivergence] }

    func callAsFunction(
        _ student: Variable, toward targets: SoftTargets, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        let crossEntropy = softCrossEntropy(student, targets, temperature: temperature)
        return LossTerm(
            (crossEntropy + targets.negativeEntropy) * (temperature * temperature))
    }
}

/// The cross-entropy of softened logits N×classes against soft targets, averaged over samples.
///
/// Divergences from several teachers differ from it only by a constant, so their gradient,
/// (p − mean of the teachers' p) / T, is that of one pass over the mean.
func softCrossEntropy(
    _ student: Variable, _ targets: SoftTargets, temperature: Float
) -> Variable {
    let logP = student.logProbabilities(at: temperature)
    return (logP * Variable(targets.probabilities)).sum() / -Float(student.shape[0])
}
