import Foundation
import NeuralNetwork
import Options

/// *Learning Deep Representations with Probabilistic Knowledge Transfer* (Passalis and Tefas 2018):
/// KL of the probabilities p(j|i) that sample i chooses j as its neighbour, averaged over i.
///
/// The paper lets no sample choose itself. The code in circulation does, and averages over all N²
/// entries: the benchmark form.
struct ProbabilisticTransfer: DistillationLoss, Configurable {
    static let name = "pkt"
    static let summary = "probabilistic knowledge transfer (Passalis and Tefas 2018)"

    let form: LossForm
    private static let smallest: Float = 1e-12

    var summary: Summary { .affinity }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let count = Float(student.shape[0])
        switch form {
        case .paper:
            return LossTerm(
                divergence(neighbours(Variable(teacher)), neighbours(student)) / count)
        case .benchmark:
            return LossTerm(divergence(Variable(teacher), student) / (count * count))
        }
    }

    /// The probabilities N×N without their diagonal, each row divided by what remains.
    private func neighbours(_ p: Variable) -> Variable {
        let count = p.shape[0]
        let others = (0..<count * count).map { $0 % (count + 1) == 0 ? 0 : 1 as Float }
        let kept = p * Variable(Tensor(shape: p.shape, values: others))
        return kept / kept.sum(along: [1]).map(.atLeast(Self.smallest))
    }

    /// Σ p·(log p − log q), nothing where p is zero.
    private func divergence(_ p: Variable, _ q: Variable) -> Variable {
        let logarithms = [p, q].map { $0.map(.atLeast(Self.smallest)).log() }
        return (p * (logarithms[0] - logarithms[1])).sum().reporting(Self.sum(p.value, q.value))
    }

    /// The same of two matrices in float64, each row divided by its sum, so that no row's
    /// divergence is negative.
    private static func sum(_ p: Tensor, _ q: Tensor) -> Double {
        let (width, own, others) = (
            p.shape[1], p.values.map(Double.init), q.values.map(Double.init)
        )
        let least = Double(smallest)
        return stride(from: 0, to: own.count, by: max(1, width)).reduce(0.0) { total, start in
            let row = start..<start + width
            let sums = [own, others].map { $0[row].reduce(0, +) }
            guard sums[0] > 0 else { return total }
            let offset = Foundation.log(sums[0] / (sums[1] > 0 ? sums[1] : 1))
            let divergence = row.reduce(0.0) { sum, place in
                let ratio = max(own[place], least) / max(others[place], least)
                return sum + own[place] / sums[0] * (Foundation.log(ratio) - offset)
            }
            return total + max(0, divergence)
        }
    }
}
