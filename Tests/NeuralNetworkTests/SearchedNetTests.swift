import Bytes
import Foundation
import NeuralNetwork
import Options
import Testing

/// Nets that are found by a search, and the supernets that they are found in.
@Suite(.timeLimit(.minutes(1)))
struct SearchedNetTests {
    private static let candidates = "conv3|sep5|mb3k3|mb3k5|skip"

    private func net(_ blocks: String..., isAffine: Bool = true) throws -> Model {
        let blocks = try blocks.map { (text) throws(SettingError) in try SearchedBlock(text) }
        return try Model(SearchedNet(blocks, isAffine: isAffine), input: [1, 8, 8], classes: 4)
    }

    private var images: Tensor {
        let key = RandomKey(seed: 5)
        return Tensor(shape: [6, 1, 8, 8], values: (0..<6 * 64).map { key.normal(at: $0) })
    }

    private func training(
        _ model: Model, _ parameters: Parameters, seed: UInt64 = 2, tape: Tape? = nil
    ) -> ForwardPass {
        ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
            key: RandomKey(seed: seed))
    }

    @Test func aBlockIsReadAsItIsWritten() throws {
        let block = try SearchedBlock("32/2 mb3k3 conv3|skip")
        #expect(block.channels == 32 && block.stride == 2)
        #expect(block.layers == [["mb3k3"], ["conv3", "skip"]])
        #expect(try SearchedBlock(block.text) == block)
        #expect(block.along([0, 1]).text == "32/2 mb3k3 skip")
        #expect(try SearchedBlock("8 skip").stride == 1)
    }

    @Test(arguments: [
        "", "32", "32/2", "x conv3", "32/0 conv3", "32/2 conv4", "8 skip|skip", "8/ skip",
    ])
    func aBlockThatIsNoneIsRefused(text: String) {
        #expect(throws: SettingError.self) { try SearchedBlock(text) }
    }

    /// Every operation gives the channels and the size that the block asks for.
    @Test(arguments: SearchOperations.registry.names, [1, 2])
    func anOperationKeepsTheShapes(name: String, stride: Int) throws {
        for further in SearchOperations.registry.names {
            let taps = try net("6/\(stride) \(name) \(further)", "4/2 \(further) \(name)").taps
            #expect(taps["block1"] == [6, 8 / stride, 8 / stride])
            #expect(taps["block2"] == [4, 4 / stride, 4 / stride])
        }
    }

    /// Along the gradient the loss rises by its norm, for each operation with and without a stride.
    @Test(arguments: SearchOperations.registry.names, [true, false])
    func theGradientAgreesWithDifferences(name: String, isAffine: Bool) throws {
        let model = try net("4 \(name) \(name)", "6/2 \(name)", isAffine: isAffine)
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        func loss(_ parameters: Parameters, _ tape: Tape? = nil) -> (Variable, ForwardPass) {
            let pass = training(model, parameters, tape: tape)
            let logits = model.network(Variable(images), pass)
            return (logits.crossEntropy([0, 1, 2, 3, 0, 1]), pass)
        }
        let tape = Tape()
        let (value, pass) = loss(parameters, tape)
        tape.backward(from: value)
        let gradient = pass.gradients(of: parameters)
        let norm = gradient.sumOfSquares.squareRoot()
        func moved(_ amount: Double) -> Double {
            var shifted = parameters
            shifted.update { $0.add(gradient, times: Float(amount / norm)) }
            return Double(loss(shifted).0.value.scalar)
        }
        let step = 2.5e-4 / norm
        let numeric = (moved(step) - moved(-step)) / (2 * step)
        #expect(abs(numeric / norm - 1) < 0.05)
    }

    /// What the layers have by their definitions, counted by hand: 3×3 convolutions without bias,
    /// batch norms of two numbers a channel.
    @Test func theCostsAreThoseOfTheLayers() throws {
        let model = try net("4 conv3 sep5", "6/2 mb3k3 skip")
        let stem = 9 * 4 + 8
        let first = 4 * 4 * 9 + 8
        let separable = 4 * 25 + 8 + 4 * 4 + 8
        let bottleneck = 4 * 12 + 24 + 12 * 9 + 24 + 12 * 6 + 12
        #expect(model.parameterCount == stem + first + separable + bottleneck + 6 * 4 + 4)
        let work =
            64 * (9 * 4 + 4 * 4 * 9 + 4 * 25 + 4 * 4) + 64 * 4 * 12 + 16 * (12 * 9 + 12 * 6) + 24
        #expect(model.multiplyAdds.forward == work)
    }

    /// The same path by the same key; over many keys each candidate alike often.
    @Test func pathsAreDrawnUniformly() throws {
        let model = try net("4 \(Self.candidates) \(Self.candidates)", "4/2 \(Self.candidates)")
        #expect(model.choices == [5, 5, 5])
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        func leftOut(_ seed: UInt64) -> Set<Int> {
            let pass = training(model, parameters, seed: seed)
            _ = model.network(Variable(images), pass)
            return pass.leftOut
        }
        #expect(leftOut(3) == leftOut(3))
        let first = try #require(model.slots.firstIndex { $0.name == "block1.0.conv3.0.weight" })
        let runs = 400
        let chosen = (0..<runs).count { !leftOut(UInt64($0)).contains(first) }
        // Four standard deviations of a binomial distribution of p = 1/5.
        #expect(abs(chosen - runs / 5) < 32)
    }

    /// Neither momentum nor decay moves what is off the path, nor what the optimiser remembers.
    @Test(arguments: ["sgd", "adamw"])
    func whatIsOffThePathStaysAsItIs(name: String) throws {
        let model = try net("4 \(Self.candidates)", "4/2 conv3|skip", isAffine: false)
        let optimizer = try Optimizers.registry.make(
            name, options: map([("decay", "0.1")] + (name == "sgd" ? [("momentum", "0.9")] : [])))
        var parameters = model.initialParameters(key: RandomKey(seed: 1))
        var state = optimizer.initialState(for: parameters)
        for step in 0..<6 {
            let tape = Tape()
            let pass = training(model, parameters, seed: UInt64(step), tape: tape)
            let loss = model.network(Variable(images), pass).crossEntropy([0, 1, 2, 3, 0, 1])
            tape.backward(from: loss)
            let before = (parameters, state)
            optimizer.step(
                &parameters, gradients: pass.gradients(of: parameters), state: &state, rate: 0.1,
                leaving: pass.leftOut.map { model.slots[$0] })
            #expect(state.step == step + 1)
            for (number, slot) in model.slots.enumerated() {
                let isOff = pass.leftOut.contains(number)
                let isKept = parameters[slot].values == before.0[slot].values
                #expect(isKept == isOff, "\(slot.name)")
                guard isOff else { continue }
                for place in state.buffers.indices {
                    let range = slot.offset..<slot.offset + slot.count
                    let now = state.buffers[place].values[range]
                    #expect(now == before.1.buffers[place].values[range], "\(slot.name)")
                }
            }
        }
    }

    /// A pass that averages gives the moments the mean over the batches, from the first on.
    @Test func momentsAreTheMeanOverTheBatches() throws {
        let model = try net("4 conv3")
        let parameters = model.initialParameters(key: RandomKey(seed: 1))
        var buffers = model.initialBuffers
        var means: [[Float]] = []
        for place in 0..<3 {
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: buffers, key: RandomKey(seed: 1))
            pass.averagesMoments = true
            let batch = images.selecting(rows: [2 * place, 2 * place + 1])
            _ = model.network(Variable(batch), pass)
            buffers = pass.buffers
            let single = ForwardPass(
                .training, parameters: parameters, buffers: model.initialBuffers,
                key: RandomKey(seed: 1))
            _ = model.network(Variable(batch), single)
            means.append(single.buffers.layers[0].mean.map { $0 / 0.1 })
        }
        for channel in 0..<4 {
            let expected = means.reduce(0) { $0 + $1[channel] } / 3
            #expect(abs(buffers.layers[0].mean[channel] - expected) < 1e-5)
        }
        #expect(buffers.layers[0].batches == 3)
    }

    /// The contents of a file stand in the full form of the options, not where it lies.
    @Test func aFileCountsByItsContents() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "found-\(UInt64.random(in: 0 ... .max)).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let blocks = try ["4/1 conv3", "6/2 skip"].map { (text) throws(SettingError) in
            try SearchedBlock(text)
        }
        try SearchedFile(blocks, parameters: 7).encoded().write(to: URL(fileURLWithPath: path))
        let file = map([("file", path)])
        let (net, full) = try Models.registry.read("searched", options: file)
        #expect((net as? SearchedNet)?.blocks == blocks)
        #expect(full["file"] == nil)
        let (again, same) = try Models.registry.read("searched", options: full)
        #expect((again as? SearchedNet)?.blocks == blocks)
        #expect(same == full)
    }

    @Test func aFileThatIsMissingIsRefusedByName() throws {
        let file = map([("file", "/no/such.json")])
        let error = #expect(throws: SettingError.self) {
            try Models.registry.read("searched", options: file)
        }
        #expect(error?.message.contains("/no/such.json") == true)
        #expect(error?.message.contains("No such file") == true)
    }

    @Test func aSupernetIsNotQuantised() throws {
        let blocks = [try SearchedBlock("4 conv3|skip")]
        let quantization = try Quantization.reading(map([("method", "minmax")]), of: "a")
            .quantization
        #expect(throws: SettingError.self) {
            try Model(
                SearchedNet(blocks), input: [1, 8, 8], classes: 4, quantization: quantization)
        }
    }
}
