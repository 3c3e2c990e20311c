import CohortGraph
import NeuralNetwork
import Options

/// The loss against a mix of the teachers' softened probabilities in which the surer of a sample
/// weighs more: w = softmax over teachers of −H(p_m), H the entropy at temperature 1.
///
/// Weighting teachers sample by sample by their entropy, without labels, follows *Adaptive
/// Knowledge Distillation Based on Entropy* (Kwon et al. 2020); the softmax is this project's
/// choice.
struct EntropyWeighted: Combination, OptionFree {
    static let name = "entropy"
    static let summary = "the surer of a sample, the heavier (after Kwon et al. 2020)"

    var traits: CombinationTraits { [.responsesOnly, .bySample] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let sharp = ProbabilityMix(of: teachers.values, temperature: 1)
        let weights = (0..<sharp.shape[0]).map { softmax(sharp.entropies($0).map { -$0 }) }
        let target = ProbabilityMix(of: teachers.values, temperature: context.temperature)
            .logits { weights[$0] }
        let shares = teachers.indices.map { teacher in
            weights.reduce(0) { $0 + $1[teacher] } / Double(weights.count)
        }
        return CombinedLoss(term: loss(student, target, context), shares: shares)
    }
}

/// The loss against a mix of the teachers' softened probabilities with learned weights, the softmax
/// of one number for each teacher.
///
/// The numbers are trained by the cross-entropy of the mix with the labels alone; were they trained
/// by the loss, they would choose the teachers that the learner already resembles.
struct LearnedWeights: Combination, OptionFree {
    static let name = "learned"
    static let summary = "learned weights, by how well the mix fits the labels"

    private var numbers: Int?

    var traits: CombinationTraits { [.needsLabels, .responsesOnly, .needsAll, .learnsApart] }

    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) {
        numbers = builder.parameter("weights", [1, teachers], .constant(0))
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        guard let numbers else { preconditionFailure("the combination was not prepared") }
        let logWeights = context.requiredParameters.parameter(numbers).logSoftmax()
        let shares = softmax(logWeights.value.values.map(Double.init))
        let mix = ProbabilityMix(of: teachers.values, temperature: context.temperature)
        let likelihoods = Variable(mix.logLikelihoods(context.requiredLabels))
        let fit = -(likelihoods + logWeights).logSumExponentials().mean()
        return CombinedLoss(
            term: loss(student, mix.logits { _ in shares }, context).adding(auxiliary: fit),
            shares: shares)
    }
}
