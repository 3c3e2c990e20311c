import CohortGraph
import NeuralNetwork
import Options

/// The loss against softmax(p̄ / τ), p̄ the mean of the teachers' softened probabilities: *entropy
/// reduction aggregation* of *Distillation-Based Semi-Supervised Federated Learning for
/// Communication-Efficient Collaborative Training With Non-IID Private Data* (Itahara et al. 2021),
/// called DS-FL.
///
/// τ divides probabilities, not logits, so that 0.1 sharpens: where all agree on a class, e^10
/// times the others' share falls to it. In the paper a client's own probabilities are part of the
/// mean; the option `own` adds them, as a constant.
struct EntropyReduction: SumCombination, Configurable {
    static let name = "era"
    static let summary = "the mean of the probabilities, sharpened (DS-FL, Itahara et al. 2021)"

    private let sharpness: Double
    private let countsStudent: Bool

    var traits: CombinationTraits {
        let traits: CombinationTraits = [.responsesOnly, .bySample, .takesSum, .reshapesTargets]
        return countsStudent ? traits.union(.includesStudent) : traits
    }

    init(options: inout OptionReader) throws(SettingError) {
        sharpness = options.value(
            "temperature", default: 0.1, in: 0.001...1000, help: "divides the mean probabilities")
        countsStudent = options.flag(
            "own", default: false, help: "count the learner's own probabilities in")
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let sum = ProbabilitySum(of: teachers.values, temperature: context.temperature)
        return CombinedLoss(term: loss(student, target(of: sum, student, context), context))
    }

    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> LossTerm {
        loss(student, target(of: sum, student, context), context)
    }

    /// The logits p̄·T/τ, whose softened probabilities are the target.
    private func target(
        of sum: ProbabilitySum, _ student: Variable, _ context: LossContext
    ) -> Tensor {
        var sum = sum
        if countsStudent { sum.add(student.value, temperature: context.temperature) }
        return (Variable(sum.mean) * Float(Double(context.temperature) / sharpness)).value
    }
}
