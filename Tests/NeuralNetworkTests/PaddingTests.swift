import Bytes
import NeuralNetwork
import Options
import Testing

/// Padding behind the end of a sequence has no influence on what models of tokens compute.
@Suite(.timeLimit(.minutes(1)))
struct PaddingTests {
    private static let names = Models.registry.names.filter { name in
        // One that answers every position needs no mask: padding is behind all that counts.
        (try? Models.registry.make(name)).map { $0.vocabulary != nil && !$0.answersEveryPosition }
            ?? false
    }
    private static let tokens = 7

    private func architecture(_ name: String, padding: Int?) throws -> any Architecture {
        try Models.make(name).reading(Vocabulary(count: Self.tokens, padding: padding))
    }

    private func model(_ name: String, length: Int, padding: Int? = 0) throws -> Model {
        try Model(architecture(name, padding: padding), input: [1, 1, length], classes: 3)
    }

    /// Random tokens that are no padding, and behind each length padding.
    private func batch(_ lengths: [Int], of length: Int) -> Tensor {
        let values = lengths.enumerated().flatMap { sample, end in
            (0..<length).map { place -> Float in
                let key = RandomKey(seed: 5).child(sample)
                return place < end ? Float(1 + key.integer(below: Self.tokens - 1, at: place)) : 0
            }
        }
        return Tensor(shape: [lengths.count, 1, 1, length], values: values)
    }

    /// What a training step on a batch computes.
    private struct Step {
        var logits: [Float]
        var taps: [String: Tensor]
        var gradients: Parameters
    }

    private func step(_ model: Model, _ parameters: Parameters, _ x: Tensor) -> Step {
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
            key: RandomKey(seed: 2))
        let logits = model.network(Variable(x), pass)
        let taps = pass.taps.mapValues(\.value)
        tape.backward(from: logits.crossEntropy((0..<x.shape[0]).map { $0 % 3 }))
        var gradients = Parameters(zerosFor: model.slots)
        let flat = pass.gradients(of: parameters)
        gradients.update { $0 = flat }
        return Step(logits: logits.value.values, taps: taps, gradients: gradients)
    }

    /// The parameters of a longer model in a shorter one, whose table of positions has fewer rows.
    private func shortened(_ parameters: Parameters, for model: Model) -> Parameters {
        var short = Parameters(zerosFor: model.slots)
        for (slot, longer) in zip(model.slots, parameters.slots) {
            let rows = parameters[longer].rows(0..<slot.shape[0])
            short.update { $0.update { $0.replace(at: slot.offset, with: rows.floats) } }
        }
        return short
    }

    private func expectNear(_ a: [Float], _ b: [Float], _ what: String) {
        let scale = max(1e-3, b.map(abs).max() ?? 0)
        let worst = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        #expect(a.count == b.count && worst <= 1e-6 * scale, "\(what): \(worst) of \(scale)")
    }

    @Test(arguments: names, [[9, 6, 1, 4, 2], [9, 9, 9], [5, 0, 3]])
    func itsAmountChangesNeitherLogitsNorGradients(name: String, lengths: [Int]) throws {
        let (short, long) = (try model(name, length: 9), try model(name, length: 23))
        let parameters = long.initialParameters(key: RandomKey(seed: 1))
        let padded = step(long, parameters, batch(lengths, of: 23))
        let plain = step(short, shortened(parameters, for: short), batch(lengths, of: 9))
        expectNear(padded.logits, plain.logits, "logits")
        let gradients = shortened(padded.gradients, for: short)
        for slot in short.slots {
            expectNear(
                gradients[slot].values, plain.gradients[slot].values, "gradient of \(slot.name)")
        }
        for slot in long.slots where slot.shape.first == 23 {
            let rest = padded.gradients[slot].rows(9..<23).values
            #expect(rest.allSatisfy { $0 == 0 }, "\(slot.name)")
        }
    }

    /// A sample alone has the logits that it has beside longer ones.
    @Test(arguments: names) func otherSamplesDoNotMatter(name: String) throws {
        let model = try model(name, length: 16)
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        let all = batch([16, 3, 11], of: 16)
        let together = step(model, parameters, all).logits
        for sample in 0..<3 {
            let alone = step(model, parameters, all.rows(sample..<sample + 1)).logits
            expectNear(alone, Array(together[sample * 3..<sample * 3 + 3]), "sample \(sample)")
        }
    }

    /// Nothing of padding reaches losses that compare activations, or the weights of its token.
    @Test(arguments: names) func itIsZeroInTapsAndLearnsNothing(name: String) throws {
        let model = try model(name, length: 12)
        let lengths = [12, 5, 7]
        let result = step(
            model, model.initialParameters(key: RandomKey(seed: 1)), batch(lengths, of: 12))
        for (tap, activation) in result.taps where activation.shape.count == 4 {
            let (channels, values) = (activation.shape[1], activation.values)
            for (sample, channel) in lengths.indices.flatMap({ s in (0..<channels).map { (s, $0) } }
            ) {
                let start = (sample * channels + channel) * 12
                let rest = values[start + lengths[sample]..<start + 12]
                #expect(rest.allSatisfy { $0 == 0 }, "\(tap) of sample \(sample)")
            }
        }
        let table = try #require(model.slots.first { $0.name == "embedding.weight" })
        let gradient = result.gradients[table]
        #expect(gradient.rows(0..<1).values.allSatisfy { $0 == 0 })
        #expect(gradient.rows(1..<2).values.contains { $0 != 0 })
    }

    /// Full sequences are what a model without padding makes of them, to the bit.
    @Test(arguments: names) func fullSequencesAreAsWithout(name: String) throws {
        let (with, without) = (
            try model(name, length: 10), try model(name, length: 10, padding: nil)
        )
        let parameters = with.initialParameters(key: RandomKey(seed: 1))
        let x = batch([10, 10], of: 10)
        let (a, b) = (step(with, parameters, x), step(without, parameters, x))
        expectNear(a.logits, b.logits, "logits")
        expectNear(a.gradients.flat.values, b.gradients.flat.values, "gradients")
    }

    @Test(arguments: names) func theGradientAgreesWithCentralDifferences(name: String) throws {
        let model = try model(name, length: 9)
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        let x = batch([9, 2, 5, 0, 7, 6], of: 9)
        let gradient = step(model, parameters, x).gradients.flat
        let norm = gradient.sumOfSquares.squareRoot()
        let size = 2.5e-4 / norm
        func loss(_ amount: Double) -> Double {
            var shifted = parameters
            shifted.update { $0.add(gradient, times: Float(amount / norm)) }
            let pass = ForwardPass(
                .training, parameters: shifted, buffers: model.initialBuffers,
                key: RandomKey(seed: 2))
            let logits = model.network(Variable(x), pass)
            return Double(logits.crossEntropy((0..<6).map { $0 % 3 }).value.scalar)
        }
        let numeric = (loss(size) - loss(-size)) / (2 * size)
        #expect(abs(numeric / norm - 1) < 0.05)
    }

    /// A sequence ends behind its last token: the padding's number within it is a token.
    @Test func aSequenceEndsBehindItsLastToken() {
        let tokens = Tensor(
            shape: [4, 1, 1, 5],
            values: [3, 0, 2, 0, 0] + [0, 0, 0, 0, 0]
                + [1, 1, 1, 1, 1] + [0, 0, 0, 0, 4])
        let mask = PaddingMask(Variable(tokens), padding: 0)
        #expect(mask.lengths == [3, 1, 5, 5])
        #expect(Array(mask.positions.value.values.prefix(10)) == [1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
        let windows = mask.windows(of: 3).value
        #expect(windows.shape == [4, 3])
        #expect(windows.values == [1, 0, 0] + [1, 0, 0] + [1, 1, 1] + [1, 1, 1])
    }
}
