import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// How far a teacher has been from the median of all teachers: a mean over the steps in which the
/// more recent count more.
///
/// It belongs to the receiver, and is part of what a step changes in it.
public struct Reputation: Codable, Hashable, Sendable {
    /// Σ γ^age · distance.
    public private(set) var total = 0.0
    /// Σ γ^age.
    public private(set) var weight = 0.0

    /// Before the first step.
    public init() {}

    /// As the two sums were.
    public init(total: Double, weight: Double) {
        self.total = total
        self.weight = weight
    }

    /// The mean distance so far, in 0...1; 0 before the first step.
    public var distance: Double { weight > 0 ? total / weight : 0 }

    /// Adds the distance at one more step.
    func adding(_ distance: Double, decay: Double) -> Reputation {
        var next = self
        next.total = decay * total + distance
        next.weight = decay * weight + 1
        return next
    }
}

/// The loss against a mix of the teachers' softened probabilities in which those weigh less that
/// have strayed from the median: w ∝ exp(−rate · distance).
///
/// The distance is half of Σ|p − median|, in the mean over the samples and over the steps up to
/// this one. Exponential weights by past distance follow ExpGuard (*On the Byzantine-Resilience of
/// Distillation-Based Federated Learning*, Roux et al. 2024); the distance, and a memory that fades
/// so that honest teachers that differ keep their weight, are this project's choice.
struct ReputationWeighted: Combination, Configurable {
    static let name = "reputation"
    static let summary = "who strayed from the median weighs less (after ExpGuard)"

    private let rate: Double
    private let decay: Double

    var traits: CombinationTraits { .responsesOnly }
    /// Nobody has a reputation before the first step.
    var initialMemory: [String: Reputation] { [:] }

    init(options: inout OptionReader) throws(SettingError) {
        rate = options.value(
            "rate", default: 20, in: 0...1000, help: "of the weights' fall with distance")
        decay = options.value(
            "memory", default: 0.99, in: 0...0.99999,
            help: "what a step counts for, one step later")
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout [String: Reputation]
    ) -> CombinedLoss {
        let mix = ProbabilityMix(of: teachers.values, temperature: context.temperature)
        let reputations = zip(teachers, mix.distancesFromMedian()).map { teacher, distance in
            memory[teacher.name, default: Reputation()].adding(distance, decay: decay)
        }
        for (teacher, reputation) in zip(teachers, reputations) {
            memory[teacher.name] = reputation
        }
        let shares = softmax(reputations.map { -rate * $0.distance })
        return CombinedLoss(
            term: loss(student, mix.logits { _ in shares }, context), shares: shares)
    }
}

extension ProbabilityMix {
    /// Each teacher's mean over the samples of ½·Σ|p − median|.
    fileprivate func distancesFromMedian() -> [Double] {
        let median = trimmedLogits(cut: teacherCount).values.map { Double($0 / temperature) }
        var distances = [Double](repeating: 0, count: teacherCount)
        for sample in 0..<shape[0] {
            for place in 0..<shape[1] {
                let middle = Foundation.exp(median[sample * shape[1] + place])
                for (teacher, log) in logProbabilities(sample, place).enumerated() {
                    distances[teacher] += abs(Foundation.exp(log) - middle) / 2
                }
            }
        }
        return distances.map { $0 / Double(max(1, shape[0])) }
    }
}
