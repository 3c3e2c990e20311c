import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Decoupled Knowledge Distillation* (Zhao et al. 2022): T²·(α·TCKD + β·NCKD), ramped up.
///
/// TCKD is the divergence of (p_y, 1 − p_y), y the label; NCKD that of the other classes among
/// themselves. The ramp is min(epoch / warm-up, 1) with epochs counted from 1, as the paper's code
/// does.
struct DecoupledDistillation: DistillationLoss, Configurable {
    static let name = "dkd"
    static let summary =
        "decoupled distillation: the label's class, and the others (Zhao et al. 2022)"

    let alpha: Float
    let beta: Float
    let warmup: Int

    var summary: Summary { .logits }
    var traits: LossTraits { [.needsLabels, .vanishesAtEquality] }

    init(options: inout OptionReader) throws(SettingError) {
        alpha = options.value(
            "alpha", default: 1, in: 0...1e6, help: "weight of the label's class")
        beta = options.value(
            "beta", default: 8, in: 0...1e6, help: "weight of the other classes")
        warmup = options.value(
            "warmup", default: 20, in: 0...1_000_000, help: "epochs until the full weight")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard student.shape[1] > 1 else { return LossTerm(Variable(Tensor(0))) }
        let (temperature, labels) = (context.temperature, context.requiredLabels)
        let own = Parts(student, labels, temperature)
        let others = Parts(Variable(teacher), labels, temperature)
        let target = binaryDivergence(others.odds, own.odds) * (temperature * temperature)
        let rest = divergence(
            from: others.rest.logSoftmax(), to: own.rest.logSoftmax(), temperature: temperature)
        return LossTerm((target * alpha + rest * beta) * ramp(context.epoch))
    }

    private func ramp(_ epoch: Int) -> Float {
        warmup == 0 ? 1 : min(Float(epoch + 1) / Float(warmup), 1)
    }

    /// The mean over samples of KL of (σ(u), σ(−u)), from log-odds N×1.
    private func binaryDivergence(_ teacher: Variable, _ student: Variable) -> Variable {
        let terms = [teacher.map(.negation), teacher].enumerated().map { side, u in
            let own = side == 0 ? -student : student
            return (-u).map(.sigmoid) * (own.map(.softplus) - u.map(.softplus))
        }
        return (terms[0] + terms[1]).mean().reporting(
            Self.meanDivergence(teacher.value.values, student.value.values))
    }

    /// The same in float64.
    private static func meanDivergence(_ teacher: [Float], _ student: [Float]) -> Double {
        let total = zip(teacher, student).reduce(0.0) { total, odds in
            total
                + [1.0, -1.0].reduce(0) { sum, sign in
                    let (p, q) = (
                        logSigmoid(sign * Double(odds.0)), logSigmoid(sign * Double(odds.1))
                    )
                    return sum + term(logP: p, logQ: q)
                }
        }
        return total / Double(max(1, teacher.count))
    }

    /// p·(log p − log q) − p + q.
    private static func term(logP: Double, logQ: Double) -> Double {
        let p = Foundation.exp(logP)
        guard p > 0 else { return Foundation.exp(logQ) }
        let ratio = logP - logQ
        return p * max(0, ratio + Foundation.expm1(-ratio))
    }

    /// log(1 / (1 + e⁻ᵘ)).
    private static func logSigmoid(_ u: Double) -> Double {
        min(u, 0) - Foundation.log1p(Foundation.exp(-abs(u)))
    }

    /// One side's logits, divided by T, in two parts.
    private struct Parts {
        /// log(p_y / (1 − p_y)), N×1.
        let odds: Variable
        /// The logits of the other classes, N×(classes − 1).
        let rest: Variable

        init(_ logits: Variable, _ labels: [Int], _ temperature: Float) {
            let z = logits.relativeToRowMaxima() / temperature
            rest = z.leavingOut(labels: labels)
            odds = z.selecting(labels: labels) - rest.logSumExponentials()
        }
    }
}
