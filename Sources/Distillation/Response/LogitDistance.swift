import CohortGraph
import NeuralNetwork
import Options

/// *FedMD: Heterogenous Federated Learning via Model Distillation* (Li and Wang 2019): the mean
/// over samples and classes of |z_t − z_s|, times T as T²·|z_t/T − z_s/T| is.
///
/// Logits are compared as they are, so that an offset of a row counts. Only combinations that keep
/// it go with this loss.
struct LogitDistance: DistillationLoss, OptionFree {
    static let name = "mae"
    static let summary = "mean absolute difference of logits (FedMD, Li and Wang 2019)"

    var summary: Summary { .logits }
    var traits: LossTraits { [.vanishesAtEquality, .readsOffsets] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let difference = student - Variable(teacher)
        let sizes = difference.map(.atLeast(0)) + (-difference).map(.atLeast(0))
        return LossTerm(sizes.mean() * context.temperature)
    }
}
