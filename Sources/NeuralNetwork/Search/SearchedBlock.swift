import Options

/// A block of a searched net: how many channels it yields, by how much it reduces the image, and
/// what its layers compute. Written `32/2 mb3k3 skip`: channels, stride, and a word for each layer.
/// A layer that is not decided names its candidates: `conv3|sep5`.
public struct SearchedBlock: Codable, Hashable, Sendable {
    /// Of its output.
    public var channels: Int
    /// Of its first layer.
    public var stride: Int
    /// The candidates of each layer; one where it is decided.
    public var layers: [[String]]

    /// A block of these layers.
    public init(channels: Int, stride: Int, layers: [[String]]) {
        (self.channels, self.stride, self.layers) = (channels, stride, layers)
    }

    /// The block with one candidate of each layer.
    ///
    /// - Parameter path: the candidates' places, one for each layer.
    public func along(_ path: some Collection<Int>) -> SearchedBlock {
        SearchedBlock(
            channels: channels, stride: stride, layers: zip(layers, path).map { [$0[$1]] })
    }

    /// As it is written.
    public var text: String {
        "\(channels)/\(stride) " + layers.map { $0.joined(separator: "|") }.joined(separator: " ")
    }

    /// Reads what was written.
    ///
    /// - Throws: ``SettingError`` that says what is wrong.
    public init(_ text: String) throws(SettingError) {
        let words = text.split(separator: " ").map(String.init)
        let numbers = (words.first ?? "").split(separator: "/", omittingEmptySubsequences: false)
            .map { Int($0) }
        guard words.count > 1, (1...2).contains(numbers.count), let channels = numbers[0],
            let stride = numbers.count == 2 ? numbers[1] : 1, (1...65536).contains(channels),
            (1...64).contains(stride)
        else {
            throw SettingError(
                "'\(text)' is no block; write its channels, its stride, and the operation of each"
                    + " layer, as in '32/2 mb3k3 skip'")
        }
        let layers = words.dropFirst().map { word in
            word.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
        let names = SearchOperations.registry.names
        for name in layers.joined() where !names.contains(name) {
            throw SettingError("unknown operation '\(name)': \(nearest(to: name, among: names))")
        }
        for layer in layers where Set(layer).count < layer.count {
            throw SettingError("a layer of '\(text)' names an operation twice; name it once")
        }
        self.init(channels: channels, stride: stride, layers: layers)
    }
}

/// The layers of a block, after which what is negative becomes zero.
struct SearchedLayers: Block {
    private let stem: NormalizedConvolution?
    private let layers: [any Block]

    /// - Parameter hasStem: whether a 3×3 convolution brings an image's channels to the block's.
    init(
        _ block: SearchedBlock, from inputs: Int, hasStem: Bool, isAffine: Bool,
        in builder: inout ModelBuilder
    ) throws(SettingError) {
        stem =
            hasStem
            ? builder.scoped("stem") { builder in
                NormalizedConvolution(
                    inputs, block.channels, Window(3, padding: 1), at: 0, isAffine: isAffine,
                    in: &builder)
            } : nil
        var layers: [any Block] = []
        for (place, names) in block.layers.enumerated() {
            let shape = SearchOperation.Shape(
                inputs: place > 0 || hasStem ? block.channels : inputs, outputs: block.channels,
                stride: place == 0 ? block.stride : 1, isAffine: isAffine)
            layers.append(
                try builder.scoped("\(place)") { (builder) throws(SettingError) in
                    try Self.layer(names, shape, in: &builder)
                })
        }
        self.layers = layers
    }

    private static func layer(
        _ names: [String], _ shape: SearchOperation.Shape, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Block {
        var candidates: [Choice.Candidate] = []
        for name in names {
            let first = builder.slots.count
            let operation = try SearchOperations.registry.make(name)
            let block = builder.scoped(name) { operation.make(shape, &$0) }
            candidates.append(.init(block: block, parameters: first..<builder.slots.count))
        }
        guard candidates.count > 1 else { return candidates[0].block }
        return Choice(number: builder.choice(of: candidates.count), candidates: candidates)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let start = stem?.rectified(x, pass) ?? x
        return layers.reduce(start) { x, layer in layer(x, pass) }.relu()
    }
}

/// A layer of a supernet: one of several candidates, which the path of the pass says.
private struct Choice: Block {
    struct Candidate: Sendable {
        let block: any Block
        /// The numbers of its parameters.
        let parameters: Range<Int>
    }

    let number: Int
    let candidates: [Candidate]

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let chosen = pass.chosen(number, of: candidates.count)
        for (place, candidate) in candidates.enumerated() where place != chosen {
            pass.leaveOut(candidate.parameters)
        }
        return candidates[chosen].block(x, pass)
    }
}
