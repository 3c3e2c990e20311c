import NeuralNetwork
import Options

/// T² · (½ KL(teacher‖m) + ½ KL(learner‖m)), m the mean of both (Lin 1991); at most T²·log 2.
struct JensenShannon: ProbabilityLoss, OptionFree {
    static let name = "js"
    static let summary = "Jensen-Shannon divergence, the symmetric one (Lin 1991)"

    var summary: Summary { .logits }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let temperature = context.temperature
        let q = student.logProbabilities(at: temperature)
        let p = Variable(teacher).logProbabilities(at: temperature)
        let mean = ((p.exp() + q.exp()) / 2).map(.atLeast(.leastNormalMagnitude)).log()
        let halves = [p, q].map { half in
            (half.exp() * (half - mean)).sum()
                * (temperature * temperature / Float(student.shape[0]))
        }
        let exact = Tensor.divergenceFromMean(p.value, q.value)
        return LossTerm(
            ((halves[0] + halves[1]) / 2).reporting(
                exact * Double(temperature * temperature) / Double(max(1, student.shape[0]))))
    }
}
