import Bytes
import Foundation
import Options

/// A net that `cohort search architecture` finds, and the supernet that it searches: blocks of
/// layers, each with an operation of ``SearchOperations`` (*Blockwisely Supervised Neural
/// Architecture Search with Knowledge Distillation*, Li et al. 2020).
///
/// A layer with several candidates makes it a supernet (*Single Path One-Shot Neural Architecture
/// Search with Uniform Sampling*, Guo et al. 2020): training draws one of them for each step, and
/// leaves the parameters of the others as they are; evaluation takes the first.
///
/// Names: `block1.stem.0`, `block1.stem.1` (a 3×3 convolution and its batch norm),
/// `block1.0.conv3.0` (block, layer, operation, place), `fc`. Taps: `block1`, `block2`, …; `map`,
/// `features` and `classes` as residual nets have them.
public struct SearchedNet: Architecture, Configurable {
    public static let name = "searched"
    public static let summary = "what a search found, or its supernet (Li et al. 2020)"

    /// From the image on.
    public var blocks: [SearchedBlock]
    /// Whether batch norms learn a scale and a shift.
    public var isAffine: Bool

    /// A net of these blocks.
    public init(_ blocks: [SearchedBlock], isAffine: Bool = true) {
        (self.blocks, self.isAffine) = (blocks, isAffine)
    }

    private static let usual = ["16/1 conv3 sep5", "32/2 mb3k3 conv3", "64/2 sep5 skip"]

    /// Reads the options from a configuration, and the blocks from a file that one names.
    public init(options: inout OptionReader) throws(SettingError) {
        let texts = options.list(
            "blocks", orOf: "file", default: Self.usual,
            help: "channels/stride and a word for each layer: see `cohort list operations`",
            fileHelp: "what a search wrote, in place of blocks"
        ) { (path) throws(SettingError) in try SearchedFile(reading: path).blocks }
        isAffine = options.flag(
            "affine", default: true, help: "whether batch norms learn a scale and a shift")
        blocks = texts.compactMap { text in
            options.attempt("blocks") { (reader) throws(SettingError) in
                do throws(SettingError) { return try SearchedBlock(text) } catch {
                    throw reader.failure("blocks", error.message)
                }
            }
        }
        if texts.isEmpty { options.note(options.failure("blocks", "are none"), about: "blocks") }
    }

    /// - Throws: ``SettingError`` for an empty image.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        try requireSide(of: input, atLeast: 1, for: Self.name)
        var channels = input[0]
        var layers: [SearchedLayers] = []
        for (place, block) in blocks.enumerated() {
            layers.append(
                try built(
                    block, named: "block\(place + 1)", from: channels, hasStem: place == 0,
                    in: &builder))
            channels = block.channels
        }
        return Layers(
            blocks: layers, head: LinearHead(channels, classes: classes, in: &builder))
    }

    private func built(
        _ block: SearchedBlock, named name: String, from channels: Int, hasStem: Bool,
        in builder: inout ModelBuilder
    ) throws(SettingError) -> SearchedLayers {
        try builder.scoped(name) { (builder) throws(SettingError) in
            try SearchedLayers(
                block, from: channels, hasStem: hasStem, isAffine: isAffine, in: &builder)
        }
    }

    private struct Layers: Network {
        let blocks: [SearchedLayers]
        let head: LinearHead

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let map = blocks.enumerated().reduce(x) { x, block in
                let y = block.element(x, pass)
                pass.tap("block\(block.offset + 1)", y, after: .relu)
                return y
            }
            return head(map, pass)
        }
    }
}

extension SearchedNet {
    /// One block by itself, from a map to a map: its outputs N×channels×H×W stand in place of
    /// logits.
    public struct Alone: Architecture {
        private let block: SearchedBlock
        private let hasStem: Bool
        private let isAffine: Bool

        /// - Parameter hasStem: whether it is the first, which is given images.
        public init(_ block: SearchedBlock, hasStem: Bool, isAffine: Bool) {
            (self.block, self.hasStem, self.isAffine) = (block, hasStem, isAffine)
        }

        /// - Throws: ``SettingError`` where it is not given images.
        public func network(
            input: [Int], classes: Int, in builder: inout ModelBuilder
        ) throws(SettingError) -> any Network {
            try requireSide(of: input, atLeast: 1, for: SearchedNet.name)
            return Whole(
                layers: try SearchedLayers(
                    block, from: input[0], hasStem: hasStem, isAffine: isAffine, in: &builder))
        }

        private struct Whole: Network {
            let layers: SearchedLayers

            func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
                let y = layers(x, pass)
                pass.tap(SearchedNet.outputTap, y, after: .relu)
                return y
            }
        }
    }

    /// The output of a block by itself.
    public static let outputTap = "output"
}

/// What a search writes of the net that it found: JSON with its blocks, and what is known of it.
public struct SearchedFile: Codable, Sendable {
    /// As ``SearchedBlock/text`` writes them.
    public var blocks: [String]
    /// How many numbers the net learns.
    public var parameters: Int?
    /// Of one sample, forward.
    public var multiplyAdds: Int?
    /// The sum of its blocks' ratings; the smaller, the better.
    public var score: Double?

    enum CodingKeys: String, CodingKey {
        case blocks, parameters, score
        case multiplyAdds = "multiply_adds"
    }

    /// A net of these blocks.
    public init(
        _ blocks: [SearchedBlock], parameters: Int? = nil, multiplyAdds: Int? = nil,
        score: Double? = nil
    ) {
        self.blocks = blocks.map(\.text)
        (self.parameters, self.multiplyAdds, self.score) = (parameters, multiplyAdds, score)
    }

    /// Reads a file.
    ///
    /// - Throws: ``SettingError`` where it is missing or of another form.
    public init(reading path: String) throws(SettingError) {
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            let reason = DiskError("read", path, error).reason
            throw SettingError("names '\(path)', which cannot be read: \(reason)")
        }
        do { self = try JSONDecoder().decode(SearchedFile.self, from: data) } catch {
            throw SettingError(
                "names '\(path)', which is no net that a search wrote: it is JSON with a list"
                    + " 'blocks'")
        }
    }

    /// The file's contents.
    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
