import Foundation
import NeuralNetwork

/// Several teachers' softened probabilities, kept as logarithms so that a mix of them never
/// underflows.
struct ProbabilityMix {
    /// N×classes.
    let shape: [Int]
    let temperature: Float
    /// log softmax(z_m / T), row-major.
    private let logarithms: [[Float]]

    /// From the logits of each teacher, N×classes.
    init(of teachers: [Tensor], temperature: Float) {
        shape = teachers[0].shape
        self.temperature = temperature
        logarithms = teachers.map {
            Variable($0).logProbabilities(at: temperature).value.values
        }
    }

    var teacherCount: Int { logarithms.count }

    /// log p_m of one class of a sample, one for each teacher.
    func logProbabilities(_ sample: Int, _ place: Int) -> [Double] {
        logarithms.map { Double($0[sample * shape[1] + place]) }
    }

    /// The logits T·log Σ w_m·p_m, whose softened probabilities are the mix.
    ///
    /// - Parameter weights: each teacher's for a sample; they sum to 1.
    func logits(_ weights: (_ sample: Int) -> [Double]) -> Tensor {
        var values: [Float] = []
        values.reserveCapacity(shape[0] * shape[1])
        for sample in 0..<shape[0] {
            let logWeights = weights(sample).map { Foundation.log($0) }
            for place in sample * shape[1]..<(sample + 1) * shape[1] {
                let terms = zip(logWeights, logarithms).map { $0 + Double($1[place]) }
                values.append(temperature * Float(logSumExponentials(terms)))
            }
        }
        return Tensor(shape: shape, values: values)
    }

    /// log p_m of each sample's label, N×M.
    func logLikelihoods(_ labels: [Int]) -> Tensor {
        let values = labels.enumerated().flatMap { sample, label in
            logarithms.map { $0[sample * shape[1] + label] }
        }
        return Tensor(shape: [labels.count, logarithms.count], values: values)
    }

    /// The entropies of a sample's probabilities, one for each teacher, in nats.
    func entropies(_ sample: Int) -> [Double] {
        let places = sample * shape[1]..<(sample + 1) * shape[1]
        return logarithms.map { logarithms in
            -logarithms[places].reduce(0.0) { $0 + Foundation.exp(Double($1)) * Double($1) }
        }
    }
}

/// log Σ exp, shifted by the largest.
func logSumExponentials(_ terms: some Collection<Double>) -> Double {
    let peak = terms.max() ?? 0
    return peak + Foundation.log(terms.reduce(0) { $0 + Foundation.exp($1 - peak) })
}

/// The softmax of a few numbers.
func softmax(_ terms: [Double]) -> [Double] {
    let total = logSumExponentials(terms)
    return terms.map { Foundation.exp($0 - total) }
}
