import CohortGraph
import NeuralNetwork
import Options

/// The mean of the losses against each teacher: 1/M · Σ L(t_m, s).
///
/// A ``SoftTargetLoss`` needs one pass over the exact sum of probabilities, whatever M.
struct Pairwise: SumCombination, OptionFree {
    static let name = "pairwise"
    static let summary = "the mean of the losses against each"

    var traits: CombinationTraits { [.bySample, .takesSum] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        if let loss = loss as? any SoftTargetLoss {
            let sum = ProbabilitySum(of: teachers.values, temperature: context.temperature)
            return CombinedLoss(term: self(student, sum, by: loss, context))
        }
        let losses = teachers.map { loss(student, $0.value, context) }
        let total = losses.dropFirst().reduce(losses[0]) { $0 + $1 }
        return CombinedLoss(term: total / Float(teachers.count))
    }

    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> LossTerm {
        loss(student, toward: SoftTargets(eachOf: sum), context)
    }
}

/// The sum of the losses against each teacher, as densely guided distillation has it (Son et al.
/// 2021).
struct PairwiseSum: SumCombination, OptionFree {
    static let name = "sum"
    static let summary = "the sum of the losses against each"

    var traits: CombinationTraits { [.bySample, .addsUp, .takesSum] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let mean = Pairwise()(student, teachers, by: loss, context, memory: &memory).term
        return CombinedLoss(term: mean * Float(teachers.count))
    }

    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> LossTerm {
        Pairwise()(student, sum, by: loss, context) * Float(sum.count)
    }
}
