import NeuralNetwork
import Options

/// *Relational Knowledge Distillation* (Park et al. 2019), by distance: the Huber loss of ψ_D
/// between the two sides, averaged over all ordered pairs of samples.
struct RelationalDistance: DistillationLoss, OptionFree {
    static let name = "rkd-distance"
    static let summary = "relational distillation: distances of samples (Park et al. 2019)"

    var summary: Summary { .distances }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm((student - Variable(teacher)).map(.huber).mean())
    }
}
