import CohortGraph
import NeuralNetwork
import Options

/// *Distilling the Knowledge in a Neural Network* (Hinton et al. 2015): the divergence from a
/// teacher.
struct KnowledgeDistillation: SoftTargetDivergence, OptionFree {
    static let name = "kd"
    static let summary = "divergence from a teacher's soft targets (Hinton et al. 2015)"
}

/// *Deep Mutual Learning* (Zhang et al. 2018): the mean of the divergences from each peer.
struct MutualDivergence: SoftTargetDivergence, OptionFree {
    static let name = "dml"
    static let summary =
        "deep mutual learning: mean divergence from each peer (Zhang et al. 2018)"
}

/// *Deep Mutual Learning* (Zhang et al. 2018), section 2.4: the divergence from the peers' mean.
struct EnsembleDivergence: SoftTargetDivergence, OptionFree {
    static let name = "dml_e"
    static let summary =
        "deep mutual learning from the ensemble: divergence from the peers' mean"

    var usualCombination: String? { MeanProbabilities.name }
}

/// T² · KL(teachers‖learner), summed over classes.
///
/// The losses of this kind differ in how several teachers are combined where the configuration does
/// not say; with one teacher they are the same.
protocol SoftTargetDivergence: SoftTargetLoss {}

extension SoftTargetDivergence {
    var traits: LossTraits { [.vanishesAtEquality, .isDivergence] }

    func callAsFunction(
        _ student: Variable, toward targets: SoftTargets, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        return divergence(
            toward: targets, from: student.logProbabilities(at: temperature),
            scale: temperature * temperature)
    }
}

/// scale · KL(targets‖learner), summed over classes and averaged over samples.
///
/// - Parameter logP: the learner's log-probabilities, N×classes.
func divergence(toward targets: SoftTargets, from logP: Variable, scale: Float) -> LossTerm {
    let distance = Tensor.divergence(ofProbabilities: targets.probabilities, to: logP.value)
    let exact = distance / Double(max(1, logP.shape[0])) + targets.spread
    let count = Float(logP.shape[0])
    return LossTerm(
        .operation(Tensor(Float(exact) * scale), of: [logP]) { g in
            // That of the cross-entropy, from which the divergence differs by a constant.
            let share = g.scalar * scale * (1 / -count)
            return [(Variable(targets.probabilities) * share).value]
        })
}

/// The cross-entropy of softened log-probabilities N×classes against soft targets, averaged over
/// samples.
///
/// Divergences from several teachers differ from it only by a constant, so their gradient,
/// (p − mean of the teachers' p) / T, is that of one pass over the mean.
func softCrossEntropy(_ logP: Variable, _ targets: SoftTargets) -> Variable {
    (logP * Variable(targets.probabilities)).sum() / -Float(logP.shape[0])
}

/// The same between logits N×K of a student and of one teacher, both divided by a temperature.
func softCrossEntropy(
    _ student: Variable, _ teacher: Tensor, temperature: Float
) -> Variable {
    softCrossEntropy(
        student.logProbabilities(at: temperature),
        SoftTargets(eachOf: ProbabilitySum(of: [teacher], temperature: temperature)))
}
