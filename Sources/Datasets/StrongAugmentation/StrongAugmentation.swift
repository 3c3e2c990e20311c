import Bytes
import NeuralNetwork
import Options

/// A second, strong view of training images: random operations and a covered square, behind a crop
/// and a flip.
///
/// Each operation is drawn from the list with equal chances, and its magnitude evenly from its
/// range, as in the code of *Multi-level Logit Distillation* (Jin et al. 2023). What is drawn is a
/// pure function of (seed, epoch, sample), so that student and teacher see the same pixels.
public struct StrongAugmentation: Hashable, Sendable {
    /// How many operations change an image.
    public var operations: Int
    /// The names of those that are drawn from.
    public var names: [String]
    /// The largest side of the covered square, as a share of the width; 0 covers nothing.
    public var cutout: Double

    /// By default two operations of all that there are, and a square of up to half of the width.
    public init(
        operations: Int = 2, of names: [String]? = nil,
        cutout: Double = 0.5
    ) {
        (self.operations, self.cutout) = (operations, cutout)
        self.names = names ?? ImageOperation.all.map(\.name)
    }

    /// Reads `true`, or a map of `operations`, `of` and `cutout`; nil where it is false or left
    /// out.
    static func read(_ setting: Setting?) throws(SettingError) -> StrongAugmentation? {
        switch setting?.value {
        case nil, .scalar("", isQuoted: false), .scalar("false", isQuoted: false): return nil
        case .scalar("true", isQuoted: false): return StrongAugmentation()
        default:
            return try OptionReader.read(setting, subject: "augmentation: strong") {
                (reader) throws(SettingError) in try StrongAugmentation(options: &reader)
            }
        }
    }

    private init(options: inout OptionReader) throws(SettingError) {
        self.init()
        operations = options.value(
            "operations", default: operations, in: 0...100, help: "of an image")
        names = options.list("of", default: names, help: "operations to draw from, by name")
        cutout = options.value(
            "cutout", default: cutout, in: 0...1, help: "the largest covered part of the width")
        let known = ImageOperation.all.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw options.failure(
                "of", "names '\(unknown)': \(nearest(to: unknown, among: known))",
                with: "operations")
        }
        guard Set(names).count == names.count, !names.isEmpty || operations == 0 else {
            throw options.failure(
                "of", names.isEmpty ? "names no operation" : "names an operation twice",
                with: "operations")
        }
    }

    /// What is done to one image.
    package struct Draw: Equatable, Sendable {
        /// The operations in their order, by name, with their magnitudes.
        package var operations: [Step]
        /// The covered square: its side as a share of the width.
        package var side: Double
        /// Its middle, as a share of the width.
        package var x: Double
        /// Its middle, as a share of the height.
        package var y: Double

        package init(operations: [Step], side: Double, x: Double, y: Double) {
            (self.operations, self.side, self.x, self.y) = (operations, side, x, y)
        }
    }

    /// An operation with its magnitude.
    package struct Step: Equatable, Sendable {
        package var name: String
        package var magnitude: Double
    }

    /// The draw under a key. Its counters 0 to 2 are those of crop and flip.
    package func draw(_ key: RandomKey) -> Draw {
        func share(_ counter: Int) -> Double { Double(key.bits(at: counter) >> 11) * 0x1p-53 }
        let steps = (0..<operations).map { place in
            let name = names[key.integer(below: names.count, at: 3 + 2 * place)]
            let range = ImageOperation.byName[name]?.range ?? 0...1
            let size = range.upperBound - range.lowerBound
            return Step(
                name: name, magnitude: range.lowerBound + size * share(4 + 2 * place))
        }
        let next = 3 + 2 * operations
        return Draw(
            operations: steps, side: cutout * share(next), x: share(next + 1),
            y: share(next + 2))
    }

    /// Changes an image.
    ///
    /// - Parameter fill: of the covered square, a value for each channel.
    package static func apply(_ draw: Draw, to image: UnitImage, fill: [Float]) -> UnitImage {
        let changed = draw.operations.reduce(image) { image, step in
            ImageOperation.byName[step.name]?.apply(image, step.magnitude) ?? image
        }
        guard draw.side > 0 else { return changed }
        return changed.covered(side: draw.side, x: draw.x, y: draw.y, by: fill)
    }
}
