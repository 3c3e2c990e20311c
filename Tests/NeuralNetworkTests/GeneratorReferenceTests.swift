import Bytes
import Kernels
import NeuralNetwork
import ReferenceNumbers
import Testing

/// Generators, up-sampling and distances of moments against PyTorch in float64.
///
/// Where the mathematics cancels, as for a bias before a batch norm, a gradient may be four times
/// as far off as PyTorch's own in float32: both are chance.
@Suite(.timeLimit(.minutes(1)))
struct GeneratorReferenceTests {
    @Test func generatorsAgree() throws {
        for example in try ReferenceCase.all(in: "generators", group: "generator") {
            let options = ["latent", "channels", "upsample", "ending", "scale"].map {
                ($0, example.option($0, ""))
            }
            let generator = try Model(
                Generators.registry.make("dcgan", options: map(options)),
                output: example.numbers("output"), samples: 6, classes: 10)
            let (parameters, buffers) = try SafeTensorsFile(tensors: example.group("state"))
                .state(of: generator)
            let tape = Tape()
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: buffers, tape: tape,
                key: RandomKey(seed: 0))
            let z = tape.leaf(try example.tensor("latent"))
            let samples = generator.network(z, pass)
            expectAgreement(samples.value, try example.tensor("samples"), example.name)
            tape.backward(from: (samples * Variable(try example.tensor("upstream"))).sum())
            expectAgreement(
                z.gradient, try example.tensor("latent.gradient"),
                "\(example.name), gradient of the random numbers")
            for (number, slot) in generator.slots.enumerated() {
                expectAgreement(
                    pass.parameter(number).gradient, try example.tensor("gradient/\(slot.name)"),
                    "\(example.name), gradient of \(slot.name)",
                    rounding: 4 * Double(try example.tensor("rounding/\(slot.name)").scalar))
            }
            try expectMoments(pass.buffers, example)
            let evaluation = ForwardPass(
                .evaluation, parameters: parameters, buffers: pass.buffers,
                key: RandomKey(seed: 0))
            expectAgreement(
                generator.network(z, evaluation).value, try example.tensor("evaluation"),
                "\(example.name) in evaluation")
        }
    }

    private func expectMoments(_ buffers: Buffers, _ example: ReferenceCase) throws {
        let after = example.group("after")
        #expect(after.count == 3 * buffers.layers.count)
        for layer in buffers.layers {
            for (moment, values) in [("mean", layer.mean), ("var", layer.variance)] {
                expectAgreement(
                    Tensor(shape: [values.count], values: values),
                    try #require(after["\(layer.name).running_\(moment)"]?.tensor),
                    "\(example.name), \(moment) of \(layer.name)")
            }
            #expect(after["\(layer.name).num_batches_tracked"]?.int64s == [Int64(layer.batches)])
        }
    }

    @Test func upsamplingAgrees() throws {
        for example in try ReferenceCase.all(in: "generators", group: "upsampling") {
            let tape = Tape()
            let x = tape.leaf(try example.tensor("input"))
            let y = x.upsampled(by: example.option("factor", 0))
            #expect(y.value.values == (try example.tensor("output").values))
            tape.backward(from: (y * Variable(try example.tensor("upstream"))).sum())
            expectAgreement(x.gradient, try example.tensor("input.gradient"), example.name)
        }
    }

    /// By the hooks of DeepInversion's code; the models' states are those of their own fixtures.
    @Test func distancesOfMomentsAgree() throws {
        for example in try ReferenceCase.all(in: "generators", group: "moments") {
            let whole = try ReferenceCase.one(in: example.name, example.name)
            let options = ["width", "blocks", "hidden"].compactMap { key in
                whole.options[key].map { (key, $0) }
            }
            let model = try Model(
                Models.make(example.name, options: options.isEmpty ? nil : map(options)),
                input: [2, 10, 8], classes: whole.option("classes", 0))
            let (parameters, buffers) = try SafeTensorsFile(tensors: whole.group("state"))
                .state(of: model)
            let tape = Tape()
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, tape: tape,
                key: RandomKey(seed: 0))
            pass.notesMoments = true
            let x = tape.leaf(try example.tensor("input"))
            let logits = model.network(x, pass)
            expectAgreement(logits.value, try example.tensor("logits"), example.name)
            let distances = try #require(pass.momentDistances)
            expectAgreement(
                distances.value, try example.tensor("distances"), "\(example.name), distances")
            tape.backward(from: (distances * Variable(try example.tensor("upstream"))).sum())
            expectAgreement(
                x.gradient, try example.tensor("input.gradient"), "\(example.name), gradient")
        }
    }
}
