import CohortGraph
import NeuralNetwork
import Options

/// The loss against the mean of the teachers' softened probabilities.
///
/// A ``SoftTargetLoss`` takes the exact mean; any other takes the logits T·log p̄.
struct MeanProbabilities: SumCombination, OptionFree {
    static let name = "probabilities"
    static let summary = "the loss against the mean of the probabilities"

    var traits: CombinationTraits { [.responsesOnly, .bySample, .takesSum] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        if let loss = loss as? any SoftTargetLoss {
            let sum = ProbabilitySum(of: teachers.values, temperature: context.temperature)
            return CombinedLoss(term: self(student, sum, by: loss, context))
        }
        let equal = [Double](repeating: 1 / Double(teachers.count), count: teachers.count)
        let target = ProbabilityMix(of: teachers.values, temperature: context.temperature)
            .logits { _ in equal }
        return CombinedLoss(term: loss(student, target, context))
    }

    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> LossTerm {
        loss(student, toward: SoftTargets(meanOf: sum), context)
    }
}

/// The loss against the mean of the teachers' logits.
struct MeanLogits: Combination, OptionFree {
    static let name = "logits"
    static let summary = "the loss against the mean of the logits"

    var traits: CombinationTraits { [.responsesOnly, .bySample, .keepsOffsets] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let equal = [Double](repeating: 1 / Double(teachers.count), count: teachers.count)
        let keepsOffsets = loss.traits.contains(.readsOffsets)
        let mean = teachers.values.mean(weights: equal, keepsOffsets: keepsOffsets)
        return CombinedLoss(term: loss(student, mean, context))
    }
}

extension [Tensor] {
    /// The weighted mean of logits N×classes, whose rows lose their maxima first: the mean of large
    /// ones would be rounded to their size.
    ///
    /// - Parameter keepsOffsets: whether rows keep their maxima instead.
    func mean(weights: [Double], keepsOffsets: Bool = false) -> Tensor {
        let all = map { keepsOffsets ? $0.values : Variable($0).relativeToRowMaxima().value.values }
        let values = all[0].indices.map { i in
            Float(zip(weights, all).reduce(0.0) { $0 + $1.0 * Double($1.1[i]) })
        }
        return Tensor(shape: self[0].shape, values: values)
    }
}
