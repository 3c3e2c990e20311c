import Bytes
import Distillation
import NeuralNetwork
import Options
import Testing

/// A combination prepared for a number of teachers, with what it learns.
struct PreparedCombination {
    let combination: any Combination
    let parameters: Parameters
    private let buffers: Buffers

    /// - Parameters:
    ///   - loss: the one that is combined; nil for one that gives no distances of samples.
    ///   - student: the shape of the learner's summary.
    init(
        _ name: String, options: Setting? = nil, teachers: Int,
        by loss: (any DistillationLoss)? = nil, student: [Int] = [4, 5],
        parameters given: [String: SafeTensor] = [:]
    ) throws {
        var combination = try Combinations.registry.make(name, options: options)
        var builder = ModelBuilder()
        try combination.prepare(
            teachers: teachers, by: try loss ?? Losses.registry.make("kd"), student: student,
            in: &builder)
        self.combination = combination
        buffers = builder.buffers
        parameters = try Parameters(initializing: builder.slots, key: RandomKey(seed: 9))
            .replaced(by: given)
    }

    /// A pass over what the combination learns.
    func pass(_ tape: Tape? = nil) -> ForwardPass {
        ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
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
        _ context: LossContext, _ pass: ForwardPass? = nil, memory: TermMemory = TermMemory()
    ) throws -> CombinedLoss {
        var context = context
        context.parameters = pass ?? self.pass()
        context.samples = context.samples ?? Array(0..<student.shape[0])
        context.noise = context.noise ?? NoiseKey(seeded: RandomKey(seed: 3))
        var memory = memory
        return try combination.combined(
            student, teachers.named, by: loss, context, memory: &memory)
    }

    func differentiated(
        _ student: Tensor, _ teachers: [Tensor], by loss: any DistillationLoss,
        _ context: LossContext, memory: TermMemory = TermMemory()
    ) throws -> Result {
        let (tape, second) = (Tape(), Tape())
        let (leaf, secondLeaf) = (tape.leaf(student), second.leaf(student))
        let (pass, secondPass) = (pass(tape), self.pass(second))
        let term = try self(leaf, teachers, by: loss, context, pass, memory: memory).term
        tape.backward(fromAny: term.value)
        let again = try self(
            secondLeaf, teachers, by: loss, context, secondPass, memory: memory)
        let auxiliary = again.term.auxiliary
        if let auxiliary { second.backward(from: auxiliary) }
        let hasParameters = !parameters.slots.isEmpty
        return Result(
            value: term.value.value, gradient: leaf.gradient(of: term.value),
            leaked: hasParameters ? pass.parameter(0).gradient : nil,
            auxiliary: term.auxiliary?.value,
            weights: hasParameters ? secondPass.parameter(0).gradient : nil,
            auxiliaryGradient: secondLeaf.gradient, shares: again.shares)
    }
}

extension [Tensor] {
    /// The summaries of as many teachers, named by their places: `teacher 0` and on.
    var named: [TeacherSummary] {
        enumerated().map { TeacherSummary(name: "teacher \($0)", value: $1) }
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
