import CohortGraph
import NeuralNetwork
import Options

/// *Born-Again Neural Networks* (Furlanello et al. 2018), CWTM: the cross-entropy with the labels,
/// each sample weighted by the teacher's largest probability of it. The weights of a batch add up
/// to 1.
///
/// Of the teacher only its confidence counts. It takes the place of a task loss of weight 0.
struct ConfidenceWeightedLabels: DistillationLoss, OptionFree {
    static let name = "cwtm"
    static let summary = "labels, weighted by the teacher's confidence (Furlanello et al. 2018)"

    var summary: Summary { .logits }
    var traits: LossTraits { [.needsLabels, .isUnscaled] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let scaled = Variable(teacher).relativeToRowMaxima() / context.temperature
        let confidence = Variable(scaled.softmax().value.rowMaxima)
        let right = student.relativeToRowMaxima().logSoftmax()
            .selecting(labels: context.requiredLabels)
        return LossTerm((right * confidence).sum() / -confidence.sum().value.scalar)
    }
}
