import CohortGraph
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *general*:
/// the target is the mix of logits by the covariance of validation errors,
/// w = (C + ε·I)⁻¹1 / (1ᵀ(C + ε·I)⁻¹1).
///
/// The paper's weights may be negative, and large where members' errors nearly coincide.
/// `weights: non-negative` takes the best mix without negative weights in their place.
struct LeastErrorMix: CollaborativeTarget, Configurable {
    static let name = "kdcl-general"
    static let summary = "a mix by the covariance of validation errors (KDCL, Guo et al. 2020)"

    /// Which weights the mix may have.
    enum Range: String, CaseIterable, Sendable {
        case any
        case nonNegative = "non-negative"
    }

    let range: Range
    let epsilon: Double

    var traits: CombinationTraits { Self.common.union([.needsErrors, .needsAll]) }

    /// No errors are measured before the first epoch ends: all members weigh alike.
    var initialMemory: ErrorCovariance { ErrorCovariance() }

    init(options: inout OptionReader) throws(SettingError) {
        range = options.choice(
            "weights", default: .any, help: "any is the paper's; or the best of none below 0")
        epsilon = options.value(
            "epsilon", default: 1e-9, in: 0...1, help: "added to C's diagonal, by its mean")
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout ErrorCovariance
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        return all.combined(
            student, weights: weights(memory.rows, of: all.count), by: loss, context)
    }

    private func weights(_ covariance: [[Double]], of count: Int) -> [Double] {
        let equal = [Double](repeating: 1 / Double(count), count: count)
        guard !covariance.isEmpty else { return equal }
        precondition(covariance.count == count, "the covariance is not of \(count) members")
        let problem = LeastErrorWeights(covariance, epsilon: epsilon)
        let found =
            switch range {
            case .any: problem?.unconstrained
            case .nonNegative: problem?.nonNegative
            }
        return found ?? equal
    }

    func observe(_ validation: ValidationLogits, memory: inout ErrorCovariance) {
        memory = ErrorCovariance(
            of: [validation.student] + validation.teachers.values, labels: validation.labels)
    }
}
