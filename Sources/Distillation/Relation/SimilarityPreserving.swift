import NeuralNetwork
import Options

/// *Similarity-Preserving Knowledge Distillation* (Tung and Mori 2019): ‖G_t − G_s‖²_F / N², G the
/// similarities of the batch's samples with rows of norm 1.
struct SimilarityPreserving: DistillationLoss, OptionFree {
    static let name = "sp"
    static let summary = "similarity-preserving distillation (Tung and Mori 2019)"

    var summary: Summary { .similarity }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm((student - Variable(teacher)).squared().mean())
    }
}
