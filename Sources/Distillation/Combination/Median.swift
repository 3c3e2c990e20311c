import CohortGraph
import NeuralNetwork
import Options

/// The loss against the median of the teachers' softened probabilities, class by class, scaled to a
/// sum of 1; of an even number of teachers the mean of the two in the middle (*Byzantine-Robust
/// Distributed Learning*, Yin et al. 2018).
struct Median: Combination, OptionFree {
    static let name = "median"
    static let summary = "the median of the probabilities, class by class"

    var traits: CombinationTraits { [.responsesOnly, .bySample] }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let mix = ProbabilityMix(of: teachers.values, temperature: context.temperature)
        return CombinedLoss(term: loss(student, mix.trimmedLogits(cut: teachers.count), context))
    }
}
