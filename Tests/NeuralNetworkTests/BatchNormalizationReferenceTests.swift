import Bytes
import NeuralNetwork
import ReferenceNumbers
import Testing

/// Training steps and evaluation of batch norm against PyTorch in float64.
@Suite(.timeLimit(.minutes(1)))
struct BatchNormalizationReferenceTests {
    @Test(arguments: ["default", "fast"], ["0", "1", "2", "evaluation"])
    func agrees(run: String, step: String) throws {
        let example = try ReferenceCase.one(in: "operations", "batch-norm/\(run)-\(step)")
        let (layer, parameters, buffers) = try layer(of: example)
        let tape = Tape()
        let pass = ForwardPass(
            step == "evaluation" ? .evaluation : .training, parameters: parameters,
            buffers: buffers, tape: tape, key: RandomKey(seed: 0))
        let x = tape.leaf(try example.tensor("input"))
        let y = layer(x, pass)
        expectAgreement(y.value, try example.tensor("output"), "output")
        tape.backward(from: (y * Variable(try example.tensor("upstream"))).sum())
        expectAgreement(x.gradient, try example.tensor("input.gradient"), "gradient of input")
        for (number, name) in ["weight", "bias"].enumerated() {
            expectAgreement(
                pass.parameter(number).gradient, try example.tensor("\(name).gradient"),
                "gradient of \(name)")
        }
        let after = pass.buffers.layers[0]
        let mean = try example.tensor("mean.after")
        expectAgreement(Tensor(shape: mean.shape, values: after.mean), mean, "running mean")
        expectAgreement(
            Tensor(shape: mean.shape, values: after.variance),
            try example.tensor("variance.after"), "running variance")
        #expect(after.batches == (step == "evaluation" ? 0 : 1))
    }

    private func layer(
        of example: ReferenceCase
    ) throws -> (BatchNormalization, Parameters, Buffers) {
        let weight = try example.tensor("weight")
        var builder = ModelBuilder()
        let layer = BatchNormalization(
            "bn", weight.count, epsilon: example.option("epsilon", 1e-5),
            momentum: example.option("momentum", 0.1), in: &builder)
        var parameters = Parameters(zerosFor: builder.slots)
        parameters[builder.slots[0]] = weight
        parameters[builder.slots[1]] = try example.tensor("bias")
        var buffers = builder.buffers
        buffers.layers[0].mean = try example.tensor("mean").values
        buffers.layers[0].variance = try example.tensor("variance").values
        return (layer, parameters, buffers)
    }
}
