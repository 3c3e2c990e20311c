import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

extension ReferenceCase {
    /// The cases of the losses' fixture whose names begin with `group`.
    static func all(_ group: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try all(
            at: resources.appending(path: "Fixtures/losses.safetensors"), group: group)
    }
}

extension DistillationLoss {
    /// Shapes of four samples' activations that the loss can compare: logits, or images of several
    /// widths, of one width where two taps must have it, or what the loss gives as an example.
    func shapesOfFour(classes: Int = 5) -> [[Int]] {
        if let exampleTaps { return exampleTaps.map { [4] + $0 } }
        let isOfOneWidth = summary == .transformation
        return tapCount == 0
            ? [[4, classes]] : (0..<tapCount).map { [4, isOfOneWidth ? 3 : 3 + $0, 4, 4] }
    }
}

/// A loss prepared for two sides' activations, with what it learns.
struct PreparedLoss {
    let loss: any DistillationLoss
    let parameters: Parameters
    /// What it learns with the learner's objective where the others learn apart.
    let imitation: Parameters
    private let buffers: Buffers

    /// - Parameters:
    ///   - student: the shapes of its activations, N×….
    ///   - teacher: as `student`.
    ///   - function: by which the teacher's layers end.
    ///   - given: values of learned parameters by their names.
    init(
        _ name: String, options: Setting? = nil, student: [[Int]], teacher: [[Int]],
        function: Activation? = nil, parameters given: [String: SafeTensor] = [:]
    ) throws {
        var loss = try Losses.registry.make(name, options: options)
        var builder = ModelBuilder()
        let places = [student, teacher].map { shapes in
            shapes.map { Model.Tap(shape: Array($0.dropFirst()), function: function) }
        }
        if var replicated = loss as? any ReplicatedLoss {
            replicated.know(sample: [1, 4, 4])
            loss = replicated
        }
        if loss.summary != .logits { loss.fit(student: places[0], teachers: [places[1]]) }
        let probes = [student, teacher].map { shapes in
            loss.summary(shapes.map { Variable(Tensor(repeating: 1, shape: [2] + $0.dropFirst())) })
                .shape
        }
        var beside = ModelBuilder()
        loss.prepareImitation(student: probes[0], teacher: probes[1], in: &beside)
        try loss.prepare(student: probes[0], teacher: probes[1], in: &builder)
        self.loss = loss
        imitation = try Parameters(initializing: beside.slots, key: RandomKey(seed: 8))
            .replaced(by: given)
        buffers = builder.buffers
        parameters = try Parameters(initializing: builder.slots, key: RandomKey(seed: 9))
            .replaced(by: given)
    }

    /// The loss of activations, with the parameters as constants or as leaves of a tape.
    func callAsFunction(
        _ student: [Variable], _ teacher: [Tensor], _ context: LossContext, tape: Tape? = nil
    ) -> Variable {
        var context = context
        (context.parameters, context.imitation) = (pass(tape), imitation.pass(tape))
        return loss(
            loss.summary(student), loss.summary(teacher.map { Variable($0) }).value, context
        ).value
    }

    /// A pass over what the loss learns.
    func pass(_ tape: Tape? = nil) -> ForwardPass {
        ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
    }

    /// The loss with its gradient in each of the learner's activations.
    func differentiated(
        _ student: [Tensor], _ teacher: [Tensor], _ context: LossContext
    ) -> (value: Tensor, gradients: [Tensor?]) {
        let tape = Tape()
        let leaves = student.map(tape.leaf)
        let value = self(leaves, teacher, context, tape: tape)
        tape.backward(fromAny: value)
        return (value.value, leaves.map { $0.gradient(of: value) })
    }

    /// The gradient of the loss in what it learns, by name.
    func learnedGradients(
        _ student: [Tensor], _ teacher: [Tensor], _ context: LossContext
    ) -> [String: Tensor?] {
        let tape = Tape()
        var context = context
        let pass = pass(tape)
        context.parameters = pass
        let sides = [student, teacher].map { loss.summary($0.map { Variable($0) }) }
        tape.backward(from: loss(sides[0], sides[1].value, context).value)
        return Dictionary(
            uniqueKeysWithValues: parameters.slots.enumerated().map {
                ($1.name, pass.parameter($0).gradient)
            })
    }
}

extension Tape {
    /// The gradients of a scalar, or none where it is a constant.
    func backward(fromAny scalar: Variable) {
        if scalar.needsGradient { backward(from: scalar) }
    }
}

extension Variable {
    /// The gradient that a scalar left in this leaf; zeros where the scalar is a constant.
    func gradient(of scalar: Variable) -> Tensor? {
        scalar.needsGradient ? gradient : Tensor(repeating: 0, shape: shape)
    }
}

extension Parameters {
    /// A pass over nothing but these.
    func pass(_ tape: Tape? = nil) -> ForwardPass {
        ForwardPass(
            .training, parameters: self, buffers: ModelBuilder().buffers, tape: tape,
            key: RandomKey(seed: 0))
    }
}

/// Normal numbers of a deviation.
func normal(_ shape: [Int], _ seed: UInt64, scale: Float = 1) -> Tensor {
    let key = RandomKey(seed: seed)
    return Tensor(
        shape: shape, values: (0..<shape.reduce(1, *)).map { scale * key.normal(at: $0) })
}

/// The gradient by differences of four values, whose error is of the fourth order in the step.
func differences(
    at x: Tensor, step: Float = 0.02, _ value: (Tensor) -> Float
) -> Tensor {
    let values = x.values
    func moved(_ index: Int, _ amount: Float) -> Double {
        var moved = values
        moved[index] += amount
        return Double(value(Tensor(shape: x.shape, values: moved)))
    }
    let gradient = values.indices.map { index in
        let near = moved(index, step) - moved(index, -step)
        let far = moved(index, 2 * step) - moved(index, -2 * step)
        return Float((8 * near - far) / (12 * Double(step)))
    }
    return Tensor(shape: x.shape, values: gradient)
}

/// A map of options, as a configuration would hold it.
func setting(_ values: [String: String]) -> Setting? {
    let entries = values.sorted { $0.key < $1.key }.map { key, value in
        Setting.Entry(key: key, position: .unwritten, value: Setting(unwritten: .text(value)))
    }
    return entries.isEmpty ? nil : Setting(unwritten: .map(entries))
}
