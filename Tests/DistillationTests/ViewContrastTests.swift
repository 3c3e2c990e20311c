import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The contrastive loss of a generator, and the views that it compares, against PyTorch in float64.
@Suite(.timeLimit(.minutes(1)))
struct ViewContrastTests {
    private func examples(_ group: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/generation.safetensors"), group: group)
    }

    /// A loss that is prepared for features of a shape, with what it remembers and learns.
    private struct Prepared {
        let loss: any GeneratorLoss
        var parameters: Parameters
        var buffers: Buffers

        init(_ options: [String: String], shown: [Int]) throws {
            var loss = try GeneratorLosses.registry.make(
                "view-contrast", options: setting(options))
            var builder = ModelBuilder()
            try loss.prepare(shown: shown, in: &builder)
            self.loss = loss
            parameters = Parameters(initializing: builder.slots, key: RandomKey(seed: 3))
            buffers = builder.buffers
        }

        func value(
            of shown: Variable, _ tape: Tape? = nil, draw: UInt64 = 0
        ) -> (value: Variable, pass: ForwardPass) {
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: buffers, tape: tape,
                key: RandomKey(seed: 0))
            let context = GuideContext(parameters: pass, key: RandomKey(seed: draw))
            return (loss([shown], context), pass)
        }
    }

    @Test func agreesWithTheReference() throws {
        for example in try examples("view-contrast") {
            let shown = try example.tensor("shown")
            var prepared = try Prepared(example.options, shown: shown.shape)
            prepared.parameters = try prepared.parameters.replaced(
                by: example.group("parameters"))
            for number in 0..<example.group("past").count {
                prepared.buffers.bank?.add(try example.tensor("past/\(number)"))
            }
            let tape = Tape()
            let leaf = tape.leaf(shown)
            let (value, pass) = prepared.value(of: leaf, tape)
            tape.backward(from: value)
            expectAgreement(value.value, try example.tensor("value"), example.name)
            expectAgreement(leaf.gradient, try example.tensor("gradient"), example.name)
            for (number, slot) in prepared.parameters.slots.enumerated() {
                expectAgreement(
                    pass.parameter(number).gradient,
                    try example.tensor("parameter-gradients/\(slot.name)"),
                    "\(example.name), \(slot.name)")
            }
        }
    }

    /// Some of the earlier pairs are drawn, others at another step; of none there is no second
    /// part.
    @Test func earlierSamplesAreDrawn() throws {
        let shape = [4, 8, 1, 1]
        let shown = Variable(normal(shape, 1))
        func value(_ negatives: Int, draw: UInt64, batches: Range<UInt64> = 2..<8) throws -> Float {
            var prepared = try Prepared(["negatives": "\(negatives)", "bank": "6"], shown: shape)
            for seed in batches { prepared.buffers.bank?.add(normal([4, 8], seed)) }
            return prepared.value(of: shown, draw: draw).value.value.scalar
        }
        let drawn = try Set((0..<40).map { try value(1, draw: $0) })
        #expect(drawn.count == 12)
        #expect(try Set((0..<10).map { try value(0, draw: $0) }).count == 1)
        #expect(try value(0, draw: 0) == value(5, draw: 0, batches: 2..<2))
        let all = try (0..<4).map { try value(4096, draw: $0) }
        #expect(all.allSatisfy { abs($0 - all[0]) < 1e-5 })
    }

    @Test func whatIsRememberedIsTheFeatures() throws {
        let shown = normal([6, 2, 2, 2], 5)
        let loss = try Prepared([:], shown: shown.shape).loss
        let memory = try #require(loss.memory(of: [Variable(shown)]))
        let first = shown.values.prefix(4).reduce(0, +) / 4
        #expect(memory.shape == [6, 2] && abs(memory.values[0] - first) < 1e-6)
    }

    @Test func anOddBatchIsRefused() {
        let error = #expect(throws: SettingError.self) { try Prepared([:], shown: [5, 3, 1, 1]) }
        #expect(error?.description.contains("a batch of 5 cannot be halved") == true)
    }

    /// Equal features, zeros and millions give finite values and gradients.
    @Test(arguments: [0, 1e-20, 1, 1e6] as [Float]) func staysFinite(scale: Float) throws {
        let shape = [6, 4, 1, 1]
        var prepared = try Prepared(["temperature": "0.001"], shown: shape)
        prepared.buffers.bank?.add(normal([6, 4], 2, scale: scale))
        for shown in [normal(shape, 1, scale: scale), Tensor(repeating: scale, shape: shape)] {
            let tape = Tape()
            let leaf = tape.leaf(shown)
            let (value, pass) = prepared.value(of: leaf, tape)
            tape.backward(from: value)
            #expect(value.value.isFinite && leaf.gradient?.isFinite == true)
            #expect(pass.gradients(of: prepared.parameters).isFinite)
        }
    }
}

/// Views of images.
extension ViewContrastTests {
    @Test func windowsAgreeWithTheReference() throws {
        for example in try examples("windows") {
            let images = try example.tensor("images")
            let numbers = try example.tensor("windows").values
            let windows = (0..<images.shape[0]).map { (image: Int) -> ImageWindow in
                let n = Array(numbers[5 * image..<5 * image + 5])
                return ImageWindow(
                    top: n[0], left: n[1], height: n[2], width: n[3], isMirrored: n[4] == 1)
            }
            let tape = Tape()
            let leaf = tape.leaf(images)
            let seen = leaf.seen(through: windows)
            tape.backward(from: (seen * Variable(try example.tensor("slope"))).sum())
            expectAgreement(seen.value, try example.tensor("value"), example.name)
            expectAgreement(leaf.gradient, try example.tensor("gradient"), example.name)
        }
    }

    private func views(_ options: [String: String]) throws -> SampleViews {
        try #require(
            try GeneratorLosses.registry.make("view-contrast", options: setting(options)).views)
    }

    /// A global view is the image moved by whole pixels, and every offset occurs; one local view is
    /// the image itself where it must show all of it.
    @Test(arguments: [false, true]) func globalViewsAreMoved(flips: Bool) throws {
        let views = try views(["shift": "1", "local": "1", "flip": "\(flips)"])
        let (height, width) = (4, 5)
        // Each pixel is its place.
        let image = (0..<height * width).map(Float.init)
        let images = Variable(Tensor(shape: [1, 1, height, width], values: image))
        func moved(_ down: Int, _ right: Int, _ isMirrored: Bool) -> [Float] {
            (0..<height * width).map { (place: Int) -> Float in
                let column = isMirrored ? width - 1 - place % width : place % width
                let y = min(max(place / width + down, 0), height - 1)
                return image[y * width + min(max(column + right, 0), width - 1)]
            }
        }
        var found: Set<[Int]> = []
        for draw in 0..<200 {
            let seen = views(images, key: RandomKey(seed: 1).child(draw)).value
            #expect(seen.shape == [2, 1, height, width])
            let global = Array(seen.values.prefix(height * width))
            for down in -1...1 {
                for right in -1...1 {
                    for mirror in [0, 1] where moved(down, right, mirror == 1) == global {
                        found.insert([down, right, mirror])
                    }
                }
            }
        }
        #expect(found.count == (flips ? 18 : 9))
    }

    /// A local view shows nothing but its image, less of it than there is, and each image has its
    /// own.
    @Test func localViewsShowAPart() throws {
        let views = try views(["shift": "0", "local": "0.25"])
        let (n, side) = (64, 8)
        let columns = (0..<n * side * side).map { Float($0 % side) }
        let images = Variable(Tensor(shape: [n, 1, side, side], values: columns))
        let seen = views(images, key: RandomKey(seed: 2)).value.values
        #expect(Array(seen.prefix(columns.count)) == columns)
        let spans = (0..<n).map { image -> Float in
            let start = (n + image) * side * side
            #expect(seen[start] >= 0 && seen[start + side - 1] <= Float(side - 1))
            return seen[start + side - 1] - seen[start]
        }
        // The least of a side is √(¼ · ¾) of it, which 8 places show the middles of.
        let least = Float(side - 1) * (0.25 as Float * 0.75).squareRoot()
        #expect(spans.allSatisfy { $0 > least - 1e-4 && $0 <= Float(side - 1) })
        #expect(Set(spans).count > n / 2)
    }

    @Test func viewsFollowFromTheKey() throws {
        let views = try views(["flip": "true"])
        let images = Variable(normal([3, 2, 8, 8], 4))
        let seen = (0..<3).map { views(images, key: RandomKey(seed: $0 / 2)).value.values }
        #expect(seen[0] == seen[1] && seen[1] != seen[2])
    }

    @Test func shiftsOfAWholeSideHaveAnObjection() throws {
        #expect(try views(["shift": "7"]).objection(to: [1, 9, 8]) == nil)
        let objection = try views(["shift": "8"]).objection(to: [1, 9, 8])
        #expect(objection == "shift is 8, and the samples are 1×9×8; take less than a side")
    }
}
