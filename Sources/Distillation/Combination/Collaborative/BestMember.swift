import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Online Knowledge Distillation via Collaborative Learning* (Guo et al. 2020), KDCL, *naive*:
/// the target is the logits of whoever has the lowest cross-entropy.
///
/// The paper chooses for each sample. Public code chooses one member for the whole batch.
struct BestMember: CollaborativeTarget, Configurable {
    static let name = "kdcl-naive"
    static let summary = "the logits of the best, itself included (KDCL, Guo et al. 2020)"

    /// The samples for which one member is chosen.
    enum Scope: String, CaseIterable, Sendable {
        case sample, batch
    }

    let scope: Scope

    var traits: CombinationTraits {
        let traits = Self.common
        return scope == .sample ? traits.union(.bySample) : traits
    }

    init(options: inout OptionReader) throws(SettingError) {
        scope = options.choice(
            "of", default: .sample,
            help: "the best of each sample (the paper), or of the whole batch (public code)")
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout NoMemory
    ) -> CombinedLoss {
        let all = [student.value] + teachers.values
        let labels = context.requiredLabels
        switch scope {
        case .batch:
            return all.combined(student, weights: best(of: all, labels), by: loss, context)
        case .sample:
            let chosen = bestOfEach(all, labels)
            let shares = all.indices.map { member in
                Double(chosen.count { $0 == member }) / Double(max(1, chosen.count))
            }
            return CombinedLoss(
                term: loss(student, all.choosing(chosen), context), shares: shares)
        }
    }

    /// 1 for the lowest cross-entropy, the first of equals; 0 for the rest.
    private func best(of all: [Tensor], _ labels: [Int]) -> [Double] {
        let losses = all.map { Variable($0).logProbabilities(at: 1).crossEntropy(labels) }
        let least = losses.indices.min { losses[$0].value.scalar < losses[$1].value.scalar }
        return all.indices.map { $0 == least ? 1 : 0 }
    }

    /// The member with the lowest cross-entropy of each sample, the first of equals.
    private func bestOfEach(_ all: [Tensor], _ labels: [Int]) -> [Int] {
        let odds = all.map { oddsAgainst(labels, in: $0) }
        return labels.indices.map { sample in
            odds.indices.min { odds[$0][sample] < odds[$1][sample] } ?? 0
        }
    }

    /// log((1 − p_y) / p_y) of each sample in float64. The cross-entropy grows with it, and rounds
    /// to zero long before it does.
    private func oddsAgainst(_ labels: [Int], in logits: Tensor) -> [Double] {
        let (classes, z) = (logits.shape[1], logits.values)
        return labels.enumerated().map { sample, label in
            let row = z[sample * classes..<(sample + 1) * classes].map { Double($0) }
            let others = row.indices.filter { $0 != label }.map { row[$0] - row[label] }
            return others.isEmpty ? -.infinity : logSumExponentials(others)
        }
    }
}

extension [Tensor] {
    /// The row of one member for each sample, without its maximum, as ``mean(weights:)`` has it.
    fileprivate func choosing(_ members: [Int]) -> Tensor {
        let count = members.count
        let rows = members.enumerated().map { sample, member in member * count + sample }
        return Tensor.concatenating(map { Variable($0).relativeToRowMaxima().value })
            .selecting(rows: rows)
    }
}
