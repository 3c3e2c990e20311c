import CohortGraph
import NeuralNetwork
import Options

/// *Mean teachers are better role models* (Tarvainen and Valpola 2017): the squared difference of
/// the probabilities p_t and p at temperature T, its mean over classes, averaged over samples.
///
/// As in the authors' code there is no factor T², and the paper's temperature is 1.
struct Consistency: DistillationLoss, OptionFree {
    static let name = "consistency"
    static let summary = "squared difference of probabilities (Tarvainen and Valpola 2017)"

    var summary: Summary { .logits }
    var traits: LossTraits { [.vanishesAtEquality, .isUnscaled] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        func probabilities(_ logits: Variable) -> Variable {
            (logits.relativeToRowMaxima() / context.temperature).softmax()
        }
        let difference = probabilities(student) - probabilities(Variable(teacher))
        return LossTerm(difference.squared().sum() / Float(teacher.shape[0] * teacher.shape[1]))
    }
}
