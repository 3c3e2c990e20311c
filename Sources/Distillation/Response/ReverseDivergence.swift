import NeuralNetwork

/// T² · KL(learner‖teacher): the learner keeps to a part of what the teacher holds possible.
struct ReverseDivergence: DistillationLoss {
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
