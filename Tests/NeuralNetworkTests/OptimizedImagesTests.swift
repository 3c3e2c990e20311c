import Bytes
import NeuralNetwork
import Options
import Testing

/// Images that are learned themselves, and the bank of finished ones.
@Suite(.timeLimit(.minutes(1)))
struct OptimizedImagesTests {
    private func model(
        _ options: [(String, String)], banked: Int = 0, output: [Int] = [2, 3, 4]
    ) throws -> Model {
        try Model(
            Generators.registry.make("images", options: options.isEmpty ? nil : map(options)),
            output: output, samples: 3, banked: banked, classes: 10)
    }

    private func pass(
        _ model: Model, _ mode: ForwardPass.Mode = .training, step: Int = 0, tape: Tape? = nil
    ) -> ForwardPass {
        ForwardPass(
            mode, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, tape: tape, key: RandomKey(seed: 2).child(step))
    }

    private let none = Variable(Tensor(shape: [3, 0], values: []))

    /// `torch.roll` by two offsets, then `torch.flip` of the columns.
    private func moved(_ x: Tensor, down: Int, right: Int, mirrored: Bool) -> [Float] {
        let (n, c, h, w) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        var moved = [Float](repeating: 0, count: x.count)
        for plane in 0..<n * c {
            for y in 0..<h {
                for column in 0..<w {
                    let rolled = (column + right + w) % w
                    let target = mirrored ? w - 1 - rolled : rolled
                    moved[(plane * h + (y + down + h) % h) * w + target] =
                        x.values[(plane * h + y) * w + column]
                }
            }
        }
        return moved
    }

    /// All offsets occur, each is that of all images, and in evaluation images lie still.
    @Test(arguments: [false, true]) func imagesMoveTogether(flips: Bool) throws {
        let model = try model([("jitter", "1"), ("flip", "\(flips)")])
        let still = model.network(none, pass(model, .evaluation)).value
        var found: Set<[Int]> = []
        for step in 0..<200 {
            let samples = model.network(none, pass(model, step: step)).value.values
            let moves = (-1...1).flatMap { down in
                (-1...1).flatMap { right in [0, 1].map { [down, right, $0] } }
            }
            let fitting = moves.filter {
                moved(still, down: $0[0], right: $0[1], mirrored: $0[2] == 1) == samples
            }
            #expect(fitting.count == 1)
            found.formUnion(fitting)
        }
        #expect(found.count == (flips ? 18 : 9))
    }

    /// The gradient of a moved image is moved back.
    @Test func gradientsReachThePixelsThatTheyAreOf() throws {
        let model = try model([("jitter", "2"), ("flip", "true")])
        for step in 0..<20 {
            let tape = Tape()
            let pass = pass(model, step: step, tape: tape)
            let samples = model.network(none, pass)
            tape.backward(from: (samples * Variable(samples.value)).sum())
            let parameters = model.initialParameters(key: RandomKey(seed: 1))
            let gradient = pass.parameter(0).gradient
            #expect(gradient?.values == parameters[model.slots[0]].values)
        }
    }

    @Test func offsetsOfAWholeSideAreRefused() {
        let error = #expect(throws: SettingError.self) { try model([("jitter", "3")]) }
        #expect(error?.description.contains("jitter is 3, and the images are 2×3×4") == true)
    }

    private func batch(_ number: Int) -> Tensor {
        Tensor(shape: [3, 2, 3, 4], values: (0..<72).map { Float(number * 100 + $0) })
    }

    /// The latest are kept, and a file gives back the same bank, full or not.
    @Test(arguments: 0...5) func theLatestBatchesAreKept(finished: Int) throws {
        let model = try model([], banked: 2)
        var buffers = model.initialBuffers
        for number in 0..<finished { buffers.bank?.add(batch(number)) }
        let file = SafeTensorsFile(model.initialParameters(key: RandomKey(seed: 1)), buffers)
        let read = try SafeTensorsFile(decoding: file.encoded())
        let banks = try [buffers, read.state(of: model).buffers, read.weights(of: model).buffers]
            .map { try #require($0.bank) }
        for bank in banks {
            #expect(bank.finished == finished && bank.count == 3 * min(2, finished))
            let firsts = (0..<bank.count).map { bank.samples([$0]).values[0] }
            let expected = (max(0, finished - 2)..<finished).sorted { $0 % 2 < $1 % 2 }
                .flatMap { number in (0..<3).map { Float(number * 100 + $0 * 24) } }
            #expect(firsts == expected)
            guard finished > 1 else { continue }
            let some = [4, 0, 5, 1]
            #expect(
                bank.samples(some).values == some.flatMap { bank.samples([$0]).values })
        }
        // Later ones go on where the file ended.
        var (one, other) = (banks[0], banks[1])
        one.add(batch(9))
        other.add(batch(9))
        let all = Array(0..<one.count)
        #expect(one.samples(all).values == other.samples(all).values)
    }

    @Test func aFileWithoutItsBankIsRefused() throws {
        let plain = try model([])
        let file = SafeTensorsFile(
            plain.initialParameters(key: RandomKey(seed: 1)), plain.initialBuffers)
        let keeping = try model([], banked: 2)
        #expect(throws: SafeTensorsError.self) { try file.state(of: keeping) }
        let error = #expect(throws: SafeTensorsError.self) { try file.weights(of: keeping) }
        #expect(error.map { "\($0)" }?.contains("bank.samples") == true)
    }
}
