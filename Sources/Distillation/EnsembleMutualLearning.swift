import Foundation
import NeuralNetwork

/// The ensemble variant of *Deep Mutual Learning* (Zhang et al. 2018, DML_e): T² · KL(p̄‖p_k), p̄ the
/// mean of the peers' probabilities.
///
/// Its gradient equals the pairwise variant's; only the value differs.
struct EnsembleMutualLearning: ResponseLoss {
    func callAsFunction(
        _ student: Variable, teachers: [Tensor], temperature: Float
    ) -> Variable {
        let targets = ProbabilitySum(of: teachers, temperature: temperature).mean
        let crossEntropy = softCrossEntropy(student, targets, temperature: temperature)
        let negativeEntropy = targets.values.reduce(0.0) { total, p in
            total + (p > 0 ? Double(p) * Foundation.log(Double(p)) : 0)
        }
        let constant = Float(negativeEntropy / Double(targets.shape[0]))
        return (crossEntropy + constant) * (temperature * temperature)
    }
}
