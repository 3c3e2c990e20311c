import Bytes
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// What an attention makes on its way can be asked for, and costs nothing where nobody asks.
@Suite(.timeLimit(.minutes(1))) struct AttentionTapsTests {
    private static let (length, heads, depth) = (6, 2, 4)
    private static let parts = ["queries", "keys", "values", "attention"]

    private func model(padding: Int? = 0) throws -> Model {
        try Model(
            Models.make(
                "transformer",
                options: map(["dimension": "8", "heads": "2", "layers": "2", "hidden": "12"])
            ).reading(Vocabulary(count: 9, padding: padding)),
            input: [1, 1, Self.length], classes: 3)
    }

    private func tokens(_ lengths: [Int]) -> Tensor {
        let key = RandomKey(seed: 5)
        let values = lengths.enumerated().flatMap { sample, end in
            (0..<Self.length).map { place in
                place < end
                    ? Float(1 + key.integer(below: 8, at: sample * Self.length + place)) : 0
            }
        }
        return Tensor(shape: [lengths.count, 1, 1, Self.length], values: values)
    }

    private func pass(_ model: Model, _ x: Tensor, tape: Tape? = nil) -> ForwardPass {
        let pass = ForwardPass(
            .training, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, tape: tape, key: RandomKey(seed: 2))
        _ = model.network(Variable(x), pass)
        return pass
    }

    @Test func shapesAreKnownBeforehand() throws {
        let places = try model().taps
        for layer in ["layer1", "layer2"] {
            for part in ["queries", "keys", "values"] {
                #expect(places["\(layer).\(part)"] == [8, 6, 1])
            }
            #expect(places["\(layer).attention"] == [2, 6, 6])
        }
    }

    /// The softmax of the scores times the values is what the fused attention computes.
    @Test(arguments: [[6, 6], [6, 2, 1, 4]]) func scoresAreThoseOfTheAttention(
        _ lengths: [Int]
    ) throws {
        let (count, key) = (lengths.count, RandomKey(seed: 7))
        let width = Self.heads * Self.depth
        let x = Variable(
            Tensor(
                shape: [count * Self.length, 3 * width],
                values: (0..<count * Self.length * 3 * width).map { key.normal(at: $0) }))
        let mask = PaddingMask(Variable(tokens(lengths)), padding: 0)
        let pass = ForwardPass(
            .training, parameters: Parameters(zerosFor: []), buffers: ModelBuilder().buffers,
            key: RandomKey(seed: 0))
        pass.tapAttention(x, as: "a", heads: Self.heads, length: Self.length, mask)
        let scores = try #require(pass.activations["a.attention"]).value.values
        let values = try #require(pass.activations["a.values"]).value.values
        let fused = x.selfAttention(heads: Self.heads, length: Self.length, mask).value.values
        for (sample, end) in lengths.enumerated() {
            for (query, column) in (0..<end).flatMap({ q in (0..<width).map { (q, $0) } }) {
                let head = column / Self.depth
                let row = ((sample * Self.heads + head) * Self.length + query) * Self.length
                let start = (sample * width + column) * Self.length
                var (mixed, sum) = (0.0, 0.0)
                for place in 0..<end {
                    let share = exp(Double(scores[row + place]))
                    mixed += share * Double(values[start + place])
                    sum += share
                }
                let expected = mixed / sum
                let found = Double(fused[(sample * Self.length + query) * width + column])
                #expect(abs(found - expected) < 1e-5, "sample \(sample), query \(query)")
            }
        }
    }

    @Test func theyAreZeroAtPadding() throws {
        let lengths = [6, 2, 1, 4]
        let pass = pass(try model(), tokens(lengths))
        for name in ["layer1", "layer2"].flatMap({ l in Self.parts.map { "\(l).\($0)" } }) {
            let tap = try #require(pass.activations[name])
            let (planes, columns) = (tap.shape[1], tap.shape[3])
            for (place, value) in tap.value.values.enumerated() {
                let row = place / columns % Self.length
                let end = lengths[place / (planes * Self.length * columns)]
                let isCounted = row < end && (columns == 1 || place % columns < end)
                #expect((value != 0) == isCounted, "\(name) at \(place)")
            }
        }
    }

    /// A pass computes no scores; they are computed when somebody asks for them.
    @Test func nobodyPaysForWhatNobodyAsksFor() throws {
        let (model, x) = (try model(), tokens([6, 3]))
        let (tape, meter) = (Tape(), OperationMeter())
        tape.meter = meter
        let pass = pass(model, x, tape: tape)
        let without = Set(meter.entries.map(\.name))
        for part in Self.parts { _ = pass.activations["layer2.\(part)"] }
        let with = Set(meter.entries.map(\.name))
        #expect(with.subtracting(without).contains("batchedMatmul"))
    }

    /// A pass that evaluates held-out samples holds nothing for later.
    @Test func aPassMayRefuseToHoldThem() throws {
        let model = try model()
        let pass = ForwardPass(
            .evaluation, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, key: RandomKey(seed: 2))
        pass.keepsLateTaps = false
        _ = model.network(Variable(tokens([6])), pass)
        #expect(pass.activations["layer1.attention"] == nil)
        #expect(pass.activations["layer1"] != nil)
    }

    /// The gradient of the scores reaches queries and keys, and none flows to values or padding.
    @Test func gradientsAgreeWithDifferences() throws {
        let (count, width) = (2, Self.heads * Self.depth)
        let key = RandomKey(seed: 3)
        let shape = [count * Self.length, 3 * width]
        let start = (0..<shape[0] * shape[1]).map { key.normal(at: $0) }
        let mask = PaddingMask(Variable(tokens([6, 4])), padding: 0)
        func value(_ x: Variable) throws -> Variable {
            let pass = ForwardPass(
                .training, parameters: Parameters(zerosFor: []), buffers: ModelBuilder().buffers,
                key: RandomKey(seed: 0))
            pass.tapAttention(x, as: "a", heads: Self.heads, length: Self.length, mask)
            let scores = try #require(pass.activations["a.attention"])
            let values = try #require(pass.activations["a.values"])
            return scores.squared().sum() + values.squared().sum()
        }
        let tape = Tape()
        let leaf = tape.leaf(Tensor(shape: shape, values: start))
        tape.backward(from: try value(leaf))
        let gradient = try #require(leaf.gradient).values
        for place in stride(from: 0, to: start.count, by: 7) {
            let moved = try [0.01, -0.01].map { (step: Float) in
                var x = start
                x[place] += step
                return Double(try value(Variable(Tensor(shape: shape, values: x))).value.scalar)
            }
            let numeric = (moved[0] - moved[1]) / 0.02
            #expect(abs(numeric - Double(gradient[place])) < 0.02 * max(1, abs(numeric)))
            let position = place / shape[1]
            if position >= Self.length + 4 { #expect(gradient[place] == 0) }
        }
    }
}
