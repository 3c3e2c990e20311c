import Bytes
import Distillation
import NeuralNetwork
import Testing

/// A combination prepared for a number of teachers, with what it learns.
struct PreparedCombination {
    let combination: any Combination
    let parameters: Parameters

    init(_ name: String, teachers: Int, parameters given: [String: SafeTensor] = [:]) throws {
        var combination = try Combinations.registry.make(name)
        var builder = ModelBuilder()
        combination.prepare(teachers: teachers, in: &builder)
        self.combination = combination
        parameters = try Parameters(initializing: builder.slots, key: RandomKey(seed: 9))
            .replaced(by: given)
    }

    /// What a combination makes, with every gradient.
    struct Result {
        let value: Tensor
        let gradient: Tensor?
        /// The gradient that the term leaves in the combination's own parameters.
        let leaked: Tensor?
        let auxiliary: Tensor?
        /// The auxiliary objective's gradient in the first of the parameters.
        let weights: Tensor?
        /// The auxiliary objective's gradient in the learner's logits.
        let auxiliaryGradient: Tensor?
        let shares: [Double]?
    }

    func callAsFunction(
        _ student: Variable, _ teachers: [Tensor], by loss: any DistillationLoss,
        _ context: LossContext, _ pass: ForwardPass? = nil
    ) -> CombinedLoss {
        var context = context
        context.parameters = pass ?? parameters.pass()
        return combination(student, teachers, by: loss, context)
    }

    func differentiated(
        _ student: Tensor, _ teachers: [Tensor], by loss: any DistillationLoss,
        _ context: LossContext
    ) -> Result {
        let (tape, second) = (Tape(), Tape())
        let (leaf, secondLeaf) = (tape.leaf(student), second.leaf(student))
        let (pass, secondPass) = (parameters.pass(tape), parameters.pass(second))
        let combined = self(leaf, teachers, by: loss, context, pass)
        tape.backward(from: combined.term)
        let auxiliary = self(secondLeaf, teachers, by: loss, context, secondPass).auxiliary
        if let auxiliary { second.backward(from: auxiliary) }
        let hasParameters = !parameters.slots.isEmpty
        return Result(
            value: combined.term.value, gradient: leaf.gradient,
            leaked: hasParameters ? pass.parameter(0).gradient : nil,
            auxiliary: combined.auxiliary?.value,
            weights: hasParameters ? secondPass.parameter(0).gradient : nil,
            auxiliaryGradient: secondLeaf.gradient, shares: combined.shares)
    }
}

extension Parameters {
    /// The same with the values of some slots given by their names.
    func replaced(by given: [String: SafeTensor]) throws -> Parameters {
        var parameters = self
        for slot in slots {
            if let tensor = given[slot.name]?.tensor { parameters[slot] = tensor }
        }
        return parameters
    }
}
