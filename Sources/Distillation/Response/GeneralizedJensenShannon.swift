import CohortGraph
import NeuralNetwork
import Options

/// *On-Policy Distillation of Language Models* (GKD, Agarwal et al. 2024): the generalised
/// Jensen-Shannon divergence β·KL(teacher‖m) + (1 − β)·KL(learner‖m), m = β·p_t + (1 − β)·p_s.
///
/// The learner is live within m. At β = 0 and β = 1, where this would be 0, it is by definition
/// KL(teacher‖learner) and KL(learner‖teacher). As in the paper there is no factor T².
struct GeneralizedJensenShannon: ProbabilityLoss, Configurable {
    static let name = "gjs"
    static let summary = "generalised Jensen-Shannon divergence, of GKD (Agarwal et al. 2024)"

    /// The teacher's share of the mixture.
    private let beta: Float

    var summary: Summary { .logits }
    var traits: LossTraits { [.vanishesAtEquality, .isUnscaled] }

    init(options: inout OptionReader) throws(SettingError) {
        beta = options.value(
            "beta", default: 0.5, in: 0...1,
            help: "the teacher's share of the mixture; 0: KL(t‖s), 1: KL(s‖t)")
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let p = Variable(teacher).logProbabilities(at: context.temperature)
        let q = student.logProbabilities(at: context.temperature)
        return switch beta {
        case 0: LossTerm(divergence(from: p, to: q, temperature: 1))
        case 1: LossTerm(divergence(from: q, to: p, temperature: 1))
        default: LossTerm(fromMixture(p, q))
        }
    }

    /// Of logarithms of both sides' probabilities, N×classes.
    private func fromMixture(_ p: Variable, _ q: Variable) -> Variable {
        let mixture = p.exp() * beta + q.exp() * (1 - beta)
        let m = mixture.map(.atLeast(.leastNormalMagnitude)).log()
        return divergence(from: p, to: m, temperature: 1) * beta
            + divergence(from: q, to: m, temperature: 1) * (1 - beta)
    }
}
