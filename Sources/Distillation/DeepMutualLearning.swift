import NeuralNetwork

/// *Deep Mutual Learning* (Zhang et al. 2018): T²/(K−1) · Σ KL(p_l‖p_k) over the peers l of learner k.
struct DeepMutualLearning: ResponseLoss {
    func callAsFunction(
        _ student: Variable, teachers: [Tensor], temperature: Float
    ) -> Variable {
        let sum = ProbabilitySum(of: teachers, temperature: temperature)
        let crossEntropy = softCrossEntropy(student, sum.mean, temperature: temperature)
        return (crossEntropy + sum.meanNegativeEntropy) * (temperature * temperature)
    }
}
