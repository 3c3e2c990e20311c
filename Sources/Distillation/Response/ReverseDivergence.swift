import NeuralNetwork
import Options

/// T² · KL(learner‖teacher): the learner concentrates on some of the
/// classes to which the teacher gives probability.
struct ReverseDivergence: DistillationLoss, OptionFree {
    static let name = "reverse-kl"
    static let summary = "divergence of the learner from its teacher"

    var summary: Summary { .logits }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        return LossTerm(
            divergence(
                from: student.logProbabilities(at: temperature),
                to: Variable(teacher).logProbabilities(at: temperature), temperature: temperature))
    }
}
