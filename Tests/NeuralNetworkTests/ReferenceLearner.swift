import Bytes
import NeuralNetwork
import ReferenceNumbers
import Testing

/// A model in training, begun from the state in a fixture.
struct ReferenceLearner {
    let model: Model
    let optimizer: SGD
    var parameters: Parameters
    var buffers: Buffers
    var memory: OptimizerState

    init(_ model: Model, _ example: ReferenceCase) throws {
        self.model = model
        (parameters, buffers) = try SafeTensorsFile(tensors: example.group("state"))
            .state(of: model)
        optimizer = SGD(
            rate: example.option("rate", 0), momentum: example.option("momentum", 0),
            isNesterov: true, decay: example.option("decay", 0))
        memory = optimizer.initialState(for: parameters)
    }

    func evaluate(_ x: Tensor) -> Tensor {
        let pass = ForwardPass(
            .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
        return model.network(Variable(x), pass).value
    }

    mutating func step(
        _ x: Tensor, _ labels: [Int]
    ) -> (logits: Tensor, loss: Tensor, gradients: Parameters) {
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
        let logits = model.network(Variable(x), pass)
        let loss = logits.crossEntropy(labels)
        tape.backward(from: loss)
        var gradients = Parameters(zerosFor: model.slots)
        gradients.update { $0 = pass.gradients(of: parameters) }
        for (number, value) in pass.started { parameters[parameters.slots[number]] = value }
        optimizer.step(
            &parameters, gradients: gradients.flat, state: &memory, rate: optimizer.rate)
        buffers = pass.buffers
        return (logits.value, loss.value, gradients)
    }

    /// Compares the kept entries and the norm of every tensor.
    func expectState(
        _ prefix: String, in example: ReferenceCase, tolerance: Double
    ) throws {
        let state = SafeTensorsFile(parameters, buffers).tensors
        for (name, kept) in example.group(prefix) {
            let expected = try #require(kept.tensor)
            let values = try #require(state[name]?.floats)
            let step = max(1, (values.count + 63) / 64)
            let actual = stride(from: 0, to: values.count, by: step).map { values[$0] }
            expectAgreement(
                Tensor(shape: [actual.count], values: actual), expected, "\(prefix) \(name)",
                tolerance: tolerance)
            let norm = norm(values.map { Double($0) })
            let expectedNorm = Double(try example.tensor("\(prefix).norm/\(name)").scalar)
            #expect(abs(norm - expectedNorm) <= tolerance * expectedNorm, "norm of \(name)")
        }
        for (name, count) in example.group("\(prefix).count") {
            #expect(state[name]?.int64s == count.int64s, "\(name)")
        }
    }
}
