import NeuralNetwork
import Options

/// A loss that teaches by logits.
public protocol ResponseLoss: Sendable {
    /// The loss averaged over the batch; summed, not averaged, over classes.
    ///
    /// - Parameters:
    ///   - student: the learner's own logits, N×classes.
    ///   - teachers: the logits of those that teach it, each N×classes and at least one. They are
    ///     constants: nothing flows back into the teaching side.
    ///   - temperature: divides all logits; the loss carries its square.
    func callAsFunction(_ student: Variable, teachers: [Tensor], temperature: Float) -> Variable
}

/// The losses that configuration can name.
public enum Losses {
    public static let registry = Registry<any ResponseLoss>(
        kind: "loss",
        [
            .init("dml", "deep mutual learning: mean divergence from each peer (Zhang et al. 2018)")
            {
                _ in DeepMutualLearning()
            },
            .init(
                "dml_e", "deep mutual learning from the ensemble: divergence from the peers' mean"
            ) {
                _ in EnsembleMutualLearning()
            },
        ])
}

/// The cross-entropy of a learner's softened logits against soft targets that are constants.
///
/// Divergences from several teachers differ from it only by a constant, so their gradient,
/// T·(p − mean of the teachers' p), is that of one pass over the mean.
func softCrossEntropy(_ student: Variable, _ targets: Tensor, temperature: Float) -> Variable {
    let logP = (student / temperature).logSoftmax()
    return (logP * Variable(targets)).sum() / -Float(student.shape[0])
}
