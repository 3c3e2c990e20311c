import Distillation
import NeuralNetwork
import Reporting

/// How the parts of a learner's loss pull at its model at one step: the norm of the gradient of
/// each and its angle to that of the task (*Adapting Auxiliary Losses Using Gradient Similarity*,
/// Du et al. 2018, which takes a cosine below 0 for a term that hurts).
struct GradientComparison {
    /// Of the task loss; nil where the step has no labels.
    let taskNorm: Double?
    /// Of each term that taught, by the term's place among the learner's.
    let terms: [Int: GradientReport]

    /// - Parameters:
    ///   - task: the weighted task loss; nil where the step has no labels.
    ///   - factors: how much the objective counts each.
    ///   - gradient: computes that of a scalar in the model's parameters.
    init(
        task: Variable?, _ terms: [TermLoss], by factors: (task: Float, terms: [Float]),
        gradient: (Variable) -> Tensor
    ) {
        let own = task.map { gradient($0 * factors.task) }
        let ownNorm = own?.norm ?? 0
        let found = zip(terms, factors.terms).map { term, factor in
            let other = gradient(term.sum * factor)
            return (place: term.place, norm: other.norm, dot: own.map { $0.dot(other) } ?? 0)
        }
        let norms = found.reduce(ownNorm) { $0 + $1.norm }
        taskNorm = task.map { _ in ownNorm }
        self.terms = Dictionary(
            uniqueKeysWithValues: found.map { place, norm, dot in
                let report = GradientReport(
                    norm: norm, share: norms > 0 ? norm / norms : nil,
                    cosine: norm > 0 && ownNorm > 0 ? dot / (norm * ownNorm) : nil)
                return (place, report)
            })
    }
}

extension Tensor {
    fileprivate var norm: Double { dot(self).squareRoot() }

    /// The sum of the products of their numbers, in double precision.
    fileprivate func dot(_ other: Tensor) -> Double {
        zip(values, other.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
}

extension StepOutcome {
    /// Notes how the parts of the loss pull.
    mutating func note(_ found: GradientComparison, of teachingTerms: [TeachingTerm]) {
        taskGradient = found.taskNorm
        for (place, report) in found.terms { terms[teachingTerms[place].name]?.gradient = report }
    }
}
