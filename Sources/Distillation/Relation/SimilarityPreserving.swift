import NeuralNetwork

/// *Similarity-Preserving Knowledge Distillation* (Tung and Mori 2019): ‖G_t − G_s‖²_F / N², G the
/// similarities of the batch's samples with rows of norm 1.
struct SimilarityPreserving: DistillationLoss {
    var summary: Summary { .similarity }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        LossTerm((student - Variable(teacher)).squared().mean())
    }
}
