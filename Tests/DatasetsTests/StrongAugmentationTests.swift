import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct StrongAugmentationTests {
    private struct Case: Decodable {
        var name: String
        var magnitude: Double
        var shape: [Int]
        var image: [Float]
        var result: [Float]
    }

    /// Pillow cuts fractions of a level off, and where it blends two images, rounds the other one
    /// first.
    @Test func theOperationsArePillows() throws {
        let data = Data(try Expected.bytes("strong.json"))
        let cases = try JSONDecoder().decode([Case].self, from: data)
        #expect(Set(cases.map(\.name)) == Set(ImageOperation.all.map(\.name)))
        for example in cases {
            let operation = try #require(ImageOperation.all.first { $0.name == example.name })
            let image = UnitImage(shape: example.shape, values: example.image.map { $0 / 255 })
            let found = operation.apply(image, example.magnitude).values.map { $0 * 255 }
            let worst = zip(found, example.result).map { abs($0 - $1) }.max() ?? 0
            let isBlend = ["color", "contrast", "sharpness"].contains(example.name)
            #expect(
                worst <= (isBlend ? 1.5 : 1.01),
                "\(example.name) \(example.magnitude) \(example.shape)")
        }
    }

    private func gatherer(
        _ augmentation: Augmentation, learner: String? = nil
    ) throws -> BatchGatherer {
        let count = 180
        let pixels: [UInt8] = (0..<count).map { (place: Int) in UInt8(place * 7 % 251) }
        return try BatchGatherer(
            SampleSet(
                shape: [2, 6, 5], pixels: .bytes(pixels), labels: [0, 1, 0], classCount: 2),
            normalization: Normalization(divisor: 255, mean: [0.4, 0.5], std: [0.2, 0.3]),
            augmentation: augmentation, seed: 4, learner: learner)
    }

    private func view(
        _ augmentation: Augmentation, epoch: Int = 0, learner: String? = nil
    ) throws -> [Float] {
        try gatherer(augmentation, learner: learner).strongView(
            SampleBatch(step: 0, samples: [2, 0], epochs: [epoch, epoch])
        ).values
    }

    @Test func theViewFollowsFromSeedEpochAndSample() throws {
        let strong = Augmentation(flip: true, strong: StrongAugmentation())
        #expect(try view(strong) == view(strong, learner: "a"))
        #expect(try view(strong) != view(strong, epoch: 1))
        let own = Augmentation(flip: true, isOwn: true, strong: StrongAugmentation())
        #expect(try view(own, learner: "a") != view(own, learner: "b"))
    }

    /// Nothing drawn leaves the image as it is, and the strong view leaves the other one.
    @Test func nothingDrawnChangesNothing() throws {
        let none = Augmentation(strong: StrongAugmentation(operations: 0, cutout: 0))
        let batch = SampleBatch(step: 0, samples: [2, 0], epochs: [0, 0])
        let plain = try gatherer(.none).gather(batch).images.values
        for (one, other) in zip(try view(none), plain) { #expect(abs(one - other) < 1e-6) }
        let strong = Augmentation(strong: StrongAugmentation())
        #expect(try gatherer(strong).gather(batch).images.values == plain)
        #expect(try !gatherer(strong).isRandom && gatherer(strong).hasStrongView)
    }

    /// A covered square of every size lies in the image and has the mean.
    @Test func aSquareIsCovered() {
        let image = UnitImage(shape: [1, 6, 5], values: [Float](repeating: 1, count: 30))
        for x in [0.0, 0.3, 0.99] {
            for side in [0.1, 0.4, 1] {
                let draw = StrongAugmentation.Draw(operations: [], side: side, x: x, y: 1 - x)
                let found = StrongAugmentation.apply(draw, to: image, fill: [0.25]).values
                #expect(Set(found).isSubset(of: [1, 0.25]))
                #expect(side < 0.2 || found.contains(0.25))
            }
        }
    }

    @Test func everyDrawLiesInItsRange() {
        let strong = StrongAugmentation(operations: 3, cutout: 0.4)
        var seen: Set<String> = []
        for sample in 0..<200 {
            let draw = strong.draw(RandomKey(seed: 1).child(sample))
            #expect(draw.operations.count == 3 && (0..<0.4).contains(draw.side))
            for step in draw.operations {
                seen.insert(step.name)
                let range = ImageOperation.all.first { $0.name == step.name }?.range
                #expect(range?.contains(step.magnitude) == true)
            }
        }
        #expect(seen.count == ImageOperation.all.count)
    }

    @Test func floatsAreRefused() throws {
        let set = SampleSet(
            shape: [1, 4, 4], pixels: .floats([Float](repeating: 0, count: 16)), labels: [0],
            classCount: 1)
        #expect(throws: DatasetError.self) {
            try BatchGatherer(
                set, normalization: Normalization(divisor: 1, mean: [0], std: [1]),
                augmentation: Augmentation(strong: StrongAugmentation()))
        }
    }

    private func read(_ strong: Setting) throws(SettingError) -> Augmentation {
        try Augmentation(.written(["strong": strong]))
    }

    @Test func theOptionsAreRead() throws {
        #expect(try read(.written("true")).strong == StrongAugmentation())
        #expect(try read(.written("false")) == .none)
        let map = Setting.written(["operations": .written("1"), "cutout": .written("0")])
        #expect(try read(map).strong == StrongAugmentation(operations: 1, cutout: 0))
        let error = #expect(throws: SettingError.self) {
            try read(.written(["of": .written("rotat")]))
        }
        #expect("\(error, default: "")".contains("did you mean 'rotate'"))
    }
}
