import Bytes
import Datasets
import NeuralNetwork
import Testing

/// Samples that are mixed with one another within a batch.
@Suite(.timeLimit(.minutes(1))) struct MixingTests {
    private func mix(_ vector: Vectors.Mixing) throws -> BatchMix {
        let form = try #require(SampleMixing.Form(rawValue: vector.form))
        let batch = SampleBatch(
            step: vector.step, samples: vector.samples, epochs: vector.samples.map { _ in 0 })
        return BatchMixer(SampleMixing(form, alpha: vector.alpha), seed: 1, stream: "common")
            .mix(batch, shape: [2, 5, 6])
    }

    @Test func drawsAreTheReferences() throws {
        for vector in try Vectors.read().mixings {
            let mix = try mix(vector)
            #expect(mix.partners == vector.partners)
            #expect(mix.share == vector.share)
            let numbers = SampleBatch(
                step: 0, samples: vector.samples, epochs: vector.samples.map { _ in 0 }
            ).digest
            #expect(hexadecimal(mix.digest(of: numbers)) == vector.digest)
        }
    }

    @Test func imagesAreMixedByTheDraw() throws {
        let images = Tensor(shape: [6, 2, 5, 6], values: (0..<360).map { Float($0) })
        for vector in try Vectors.read().mixings {
            let mixed = try mix(vector).mixed(images).values
            for place in 0..<360 {
                let (row, inside) = (place / 60, place % 60)
                let (own, other) = (
                    Float(place), Float(vector.partners[row] * 60 + inside)
                )
                guard vector.form == "cutmix" else {
                    let expected = vector.share * own + (1 - vector.share) * other
                    #expect(abs(mixed[place] - expected) < 1e-3)
                    continue
                }
                let isPartners =
                    (vector.spans[0]..<vector.spans[1]).contains(inside % 30 / 6)
                    && (vector.spans[2]..<vector.spans[3]).contains(inside % 6)
                #expect(mixed[place] == (isPartners ? other : own))
            }
        }
    }

    /// The mean of Beta(α, α) is a half, and its variance 1 / (8α + 4).
    @Test(arguments: [0.1, 0.5, 1, 3]) func sharesAreOfTheDistribution(alpha: Double) {
        let mixer = BatchMixer(SampleMixing(.mixup, alpha: alpha), seed: 3, stream: "a")
        let shares = (0..<4000).map { step in
            Double(
                mixer.mix(
                    SampleBatch(step: step, samples: [0], epochs: [0]), shape: [1, 1, 1]
                ).share)
        }
        let mean = shares.reduce(0, +) / 4000
        let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        #expect(abs(mean - 0.5) < 0.03)
        #expect(abs(variance * (8 * alpha + 4) - 1) < 0.1)
    }

    @Test func rectanglesAreOfImages() {
        let features = SampleContents.features
        #expect(
            exitCode { try SampleMixing(.cutmix, alpha: 1).check(features) } == .configuration)
        #expect(throws: Never.self) { try SampleMixing(.mixup, alpha: 1).check(features) }
        #expect(throws: Never.self) { try SampleMixing(.cutmix, alpha: 1).check(.image) }
    }
}
