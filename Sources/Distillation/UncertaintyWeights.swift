import NeuralNetwork
import Options

/// Learned weights of the task and of each term (*Multi-Task Learning Using Uncertainty to Weigh
/// Losses*, Kendall et al. 2018): Σ exp(−s) · loss + s/2 with s = log σ², each s learned from 0 on.
///
/// The weights of the configuration count besides: a loss is weighted before it comes here.
public struct UncertaintyWeights: Objective, OptionFree {
    public static let name = "uncertainty"
    public static let summary = "the task and each term by a learned weight (Kendall et al. 2018)"

    /// The numbers of s in the parameters, the task's first.
    private var slots: [Int] = []

    /// An objective that is not prepared yet.
    public init() {}

    public mutating func prepare(terms: [String], in builder: inout ModelBuilder) {
        slots = (["task"] + terms).map {
            builder.parameter("uncertainty.\($0)", [1], .constant(0))
        }
    }

    public func callAsFunction(
        task: Variable, _ terms: [TermLoss], _ parameters: ForwardPass
    ) -> Variable {
        terms.reduce(weighted(task, by: parameters.parameter(slots[0]))) { total, term in
            total + weighted(term.sum, by: parameters.parameter(slots[term.place + 1]))
        }
    }

    /// exp(−s) · loss + s/2, a scalar.
    private func weighted(_ loss: Variable, by s: Variable) -> Variable {
        ((-s).exp() * loss + s / 2).sum()
    }
}
