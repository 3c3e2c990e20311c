import Bytes
import NeuralNetwork
import Options
import Testing

/// What a pass notes of the moments of a batch.
@Suite(.timeLimit(.minutes(1)))
struct MomentDistanceTests {
    private func pass(
        _ model: Model, notes: Bool, _ buffers: Buffers? = nil, tape: Tape? = nil
    ) -> ForwardPass {
        let pass = ForwardPass(
            .evaluation, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: buffers ?? model.initialBuffers, tape: tape, key: RandomKey(seed: 0))
        pass.notesMoments = notes
        return pass
    }

    private func images(_ count: Int) -> Variable {
        let key = RandomKey(seed: 4)
        return Variable(
            Tensor(shape: [count, 2, 8, 8], values: (0..<count * 128).map { key.normal(at: $0) }))
    }

    /// One row for each batch normalization, and the same logits to the bit.
    @Test(arguments: Models.registry.names)
    func notingChangesNothing(_ name: String) throws {
        let options = Models.registry.options(of: name).contains { $0.key == "width" }
        let made = try Models.registry.make(name, options: options ? map(["width": [2]]) : nil)
        guard made.vocabulary == nil else { return }
        let model = try Model(made, input: [2, 8, 8], classes: 3)
        let (plain, noting) = (pass(model, notes: false), pass(model, notes: true))
        let x = images(3)
        #expect(model.network(x, plain).value.values == model.network(x, noting).value.values)
        #expect(plain.momentDistances == nil)
        let layers = model.initialBuffers.layers.count
        #expect(noting.momentDistances?.shape == (layers == 0 ? nil : [layers, 2]))
        #expect(noting.momentDistances?.value.isFinite != false)
        #expect(noting.buffers.layers == model.initialBuffers.layers)
    }

    /// Of a layer whose running moments are the batch's the norms are 0, and pass no gradient.
    @Test func aBatchOfTheRunningMomentsIsAtNoDistance() throws {
        var builder = ModelBuilder()
        let layer = BatchNormalization("bn", 2, in: &builder)
        let x = Tensor(shape: [2, 2], values: [1, -2, 3, 2])
        var buffers = builder.buffers
        buffers.layers[0].mean = [2, 0]
        buffers.layers[0].variance = [1, 4]
        let tape = Tape()
        let pass = ForwardPass(
            .evaluation, parameters: Parameters(initializing: builder.slots, key: .init(seed: 1)),
            buffers: buffers, tape: tape, key: RandomKey(seed: 0))
        pass.notesMoments = true
        let leaf = tape.leaf(x)
        _ = layer(leaf, pass)
        let distances = try #require(pass.momentDistances)
        #expect(distances.value.values == [0, 0])
        tape.backward(from: distances.sum())
        #expect(leaf.gradient?.values == [0, 0, 0, 0])
    }

    /// Without a scale and a shift there is nothing to learn, and the result is that of 1 and 0.
    @Test(arguments: [ForwardPass.Mode.training, .evaluation])
    func aNormalizationWithoutScaleAndShiftEqualsThatOfOneAndZero(mode: ForwardPass.Mode) {
        func found(_ isAffine: Bool) -> (slots: Int, y: [Float], gradient: [Float]?) {
            var builder = ModelBuilder()
            let layer = BatchNormalization("bn", 2, isAffine: isAffine, in: &builder)
            let tape = Tape()
            let pass = ForwardPass(
                mode, parameters: Parameters(initializing: builder.slots, key: .init(seed: 1)),
                buffers: builder.buffers, tape: tape, key: RandomKey(seed: 0))
            let leaf = tape.leaf(images(3).value)
            let y = layer(leaf, pass)
            tape.backward(from: (y * y * y).sum())
            return (builder.slots.count, y.value.values, leaf.gradient?.values)
        }
        let (plain, affine) = (found(false), found(true))
        #expect(plain.slots == 0 && affine.slots == 2)
        #expect(plain.y == affine.y && plain.gradient == affine.gradient)
    }
}
