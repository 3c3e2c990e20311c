import Bytes
import Kernels
import NeuralNetwork
import Options
import Testing

/// What holds for every generator that the registry knows: a new one is tested when it is added.
@Suite(.timeLimit(.minutes(1)))
struct GeneratorLawTests {
    /// A generator of few channels.
    private func generator(
        _ name: String, output: [Int] = [1, 8, 8], samples: Int = 1, banked: Int = 0,
        _ further: [(String, String)] = []
    ) throws -> Model {
        let keys = Generators.registry.options(of: name).map(\.key)
        let options = [("channels", "4")].filter { keys.contains($0.0) } + further
        return try Model(
            Generators.registry.make(name, options: options.isEmpty ? nil : map(options)),
            output: output, samples: samples, banked: banked, classes: 10)
    }

    /// The option `upsample`, of generators that have it.
    private func upsampling(_ name: String, _ form: String) -> [(String, String)] {
        Generators.registry.options(of: name).contains { $0.key == "upsample" }
            ? [("upsample", form)] : []
    }

    private func latents(_ count: Int, of generator: Model) -> Tensor {
        let key = RandomKey(seed: 5)
        return Tensor(
            shape: [count, generator.input[0]],
            values: (0..<count * generator.input[0]).map { key.normal(at: $0) })
    }

    private func pass(
        _ generator: Model, _ mode: ForwardPass.Mode = .training, tape: Tape? = nil
    ) -> ForwardPass {
        ForwardPass(
            mode, parameters: generator.initialParameters(key: RandomKey(seed: 1)),
            buffers: generator.initialBuffers, tape: tape, key: RandomKey(seed: 2))
    }

    /// The sizes of the digits, of Fashion-MNIST and of CIFAR, and one that is no square.
    @Test(
        arguments: Generators.registry.names,
        [[1, 8, 8], [1, 28, 28], [3, 32, 32], [4, 4, 12]])
    func samplesHaveTheShapeThatIsAskedFor(name: String, output: [Int]) throws {
        let generator = try generator(name, output: output, samples: 3)
        for mode in [ForwardPass.Mode.training, .evaluation] {
            let samples = generator.network(
                Variable(latents(3, of: generator)), pass(generator, mode))
            #expect(samples.shape == [3] + output)
            #expect(samples.value.isFinite)
        }
    }

    @Test func sizesThatCannotBeHalvedTwiceAreRefusedByReason() throws {
        for output in [[1, 9, 8], [1, 8, 30], [64], [1, 1, 8], [3, 0, 4]] {
            let error = #expect(throws: SettingError.self) {
                try self.generator("dcgan", output: output)
            }
            let message = error.map { "\($0)" } ?? ""
            #expect(message.contains(output.map(String.init).joined(separator: "×")))
            #expect(message.contains("multiples of 4"))
        }
    }

    /// Samples follow the random numbers and every parameter, but for biases before a norm.
    @Test(arguments: Generators.registry.names, ["nearest", "transposed"])
    func gradientsReachTheRandomNumbersAndEveryParameter(name: String, upsample: String) throws {
        let generator = try generator(name, samples: 6, upsampling(name, upsample))
        let tape = Tape()
        let pass = pass(generator, tape: tape)
        let z = tape.leaf(latents(6, of: generator))
        let samples = generator.network(z, pass)
        tape.backward(from: (samples * samples * samples).sum())
        #expect((z.gradient?.sumOfSquares ?? 0) > 0 || generator.input == [0])
        for (number, slot) in generator.slots.enumerated() {
            let gradient = try #require(pass.parameter(number).gradient, "\(slot.name)")
            #expect(gradient.isFinite && gradient.shape == slot.shape)
            #expect(slot.name.hasSuffix("bias") || gradient.sumOfSquares > 0, "\(slot.name)")
        }
        for layer in pass.buffers.layers { #expect(layer.batches == 1) }
    }

    @Test(arguments: Generators.registry.names)
    func aSavedGeneratorMakesTheSameSamples(name: String) throws {
        let generator = try generator(name, samples: 4)
        let training = pass(generator)
        let z = Variable(latents(4, of: generator))
        _ = generator.network(z, training)
        let parameters = generator.initialParameters(key: RandomKey(seed: 1))
        let file = SafeTensorsFile(parameters, training.buffers)
        let loaded = try SafeTensorsFile(decoding: file.encoded()).state(of: generator)
        func samples(_ parameters: Parameters, _ buffers: Buffers) -> [Float] {
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
            return generator.network(z, pass).value.values
        }
        #expect(
            samples(loaded.parameters, loaded.buffers) == samples(parameters, training.buffers))
        #expect(parameters.count == generator.parameterCount)
    }

    /// Numbers of threads change no bit.
    @Test(arguments: Generators.registry.names, ["nearest", "transposed"])
    func threadsChangeNoBit(name: String, upsample: String) throws {
        let generator = try generator(
            name, output: [3, 16, 16], samples: 40, upsampling(name, upsample))
        func found(_ threads: Int) -> [Float] {
            Parallel.withThreads(threads) {
                let tape = Tape()
                let pass = pass(generator, tape: tape)
                let z = tape.leaf(latents(40, of: generator))
                let samples = generator.network(z, pass)
                tape.backward(from: samples.squared().sum())
                return samples.value.values + (z.gradient?.values ?? [])
                    + pass.gradients(of: generator.initialParameters(key: .init(seed: 1))).values
            }
        }
        #expect(found(1) == found(3))
    }

    @Test func normalizedSamplesHaveTheMomentsOfNormalizedPixels() throws {
        let generator = try generator("dcgan", output: [2, 8, 8])
        let samples = generator.network(
            Variable(latents(50, of: generator)), pass(generator)
        ).value
        for channel in 0..<2 {
            let values = samples.values.enumerated().filter { $0.offset / 64 % 2 == channel }
                .map { Double($0.element) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            #expect(abs(mean) < 1e-4 && abs(variance - 1) < 1e-2)
        }
    }

    @Test func samplesThatEndByTanhAreWithinTheScale() throws {
        let generator = try generator("dcgan", [("ending", "tanh"), ("scale", "0.25")])
        let samples = generator.network(Variable(latents(9, of: generator)), pass(generator)).value
        #expect(samples.values.allSatisfy { abs($0) <= 0.25 })
        #expect(generator.slots.map(\.name).contains("conv_blocks2.3.weight"))
        #expect(!generator.initialBuffers.layers.map(\.name).contains("conv_blocks2.5"))
    }

    @Test func optionsOutsideTheirRangeAreRefused() {
        for (key, value) in [
            ("channels", "5"), ("channels", "0"), ("latent", "0"), ("scale", "0"),
            ("upsample", "bilinear"), ("ending", "relu"), ("width", "3"),
        ] {
            #expect(throws: SettingError.self, "\(key)") {
                try Generators.registry.make("dcgan", options: map([(key, value)]))
            }
        }
    }
}
