import CohortGraph
import NeuralNetwork
import Options

/// The loss against the trimmed mean of the teachers' softened probabilities: of each sample and
/// class the largest and the smallest are left out, and what remains is scaled to a sum of 1.
///
/// As long as no more teachers lie than are left out on each side, no class gets more than an
/// honest teacher gives it, before scaling (*Byzantine-Robust Distributed Learning*, Yin et al.
/// 2018).
struct TrimmedMean: Combination, Configurable {
    static let name = "trimmed"
    static let summary = "the mean of the probabilities without the extreme ones"

    private let share: Double

    var traits: CombinationTraits { [.responsesOnly, .bySample] }

    init(options: inout OptionReader) throws(SettingError) {
        share = options.value(
            "share", default: 0.25, in: 0...0.5, help: "of the teachers left out on each side")
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let mix = ProbabilityMix(of: teachers.values, temperature: context.temperature)
        let cut = Int((share * Double(teachers.count)).rounded())
        return CombinedLoss(term: loss(student, mix.trimmedLogits(cut: cut), context))
    }
}

extension ProbabilityMix {
    /// The logits T·log p of the trimmed mean, without the `cut` largest and smallest of each
    /// class; at least one remains, or the two in the middle.
    func trimmedLogits(cut: Int) -> Tensor {
        let cut = min(max(cut, 0), (teacherCount - 1) / 2)
        var values: [Float] = []
        values.reserveCapacity(shape[0] * shape[1])
        for sample in 0..<shape[0] {
            let means = (0..<shape[1]).map { place in
                let sorted = logProbabilities(sample, place).sorted()
                return logSumExponentials(sorted.dropFirst(cut).dropLast(cut))
            }
            let total = logSumExponentials(means)
            values += means.map { temperature * Float($0 - total) }
        }
        return Tensor(shape: shape, values: values)
    }
}
