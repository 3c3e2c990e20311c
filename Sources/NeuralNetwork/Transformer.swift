import Options

/// A transformer encoder that classifies sequences of tokens (Vaswani et al. 2017), normalising
/// before attention and before the feed-forward layers (Xiong et al. 2020).
///
/// Every element of the input C×H×W is a token, so that a sequence of T is 1×1×T. Names are those
/// of PyTorch's encoder: `embedding.weight`, `position`,
/// `encoder.layers.0.self_attn.in_proj_weight` … `encoder.layers.0.norm2.bias`, `encoder.norm`,
/// `fc`; of exits `exits.1.norm`, `exits.1.fc`. Taps: `embedding`, `layer1`, `layer2`, … as images
/// D×T×1; `features`, the mean over positions; and of each layer's attention `layer1.queries`,
/// `layer1.keys`, `layer1.values` as images D×T×1, and `layer1.attention`, its scores before the
/// softmax, heads×T×T. What a layer's attention makes is computed when somebody asks for it.
///
/// Positions that are padding are left out of attention and mean, and are 0 in the taps.
public struct Transformer: SequenceArchitecture, Configurable {
    public static let name = "transformer"
    public static let summary = "encoder of token sequences (Vaswani et al. 2017)"

    /// Numbers for each position.
    public var dimension: Int
    /// How many encoder blocks there are.
    public var layers: Int
    /// Heads of each attention; they divide the dimension.
    public var heads: Int
    /// Width of the hidden feed-forward layer.
    public var hidden: Int
    /// The probability that an activation becomes zero while training.
    public var dropout: Float
    /// How many different tokens there are; nil for as many as the data have.
    public var tokens: Int?
    /// The token that fills a sequence; nil for none.
    public var padding: Int?
    /// Whether it classifies after every block.
    public var hasExits: Bool

    /// - Precondition: the heads divide the dimension.
    public init(
        dimension: Int = 128, layers: Int = 2, heads: Int = 4, hidden: Int = 512,
        dropout: Float = 0, tokens: Int? = nil, hasExits: Bool = false
    ) {
        precondition(dimension.isMultiple(of: heads), "\(heads) heads of \(dimension)")
        self.dimension = dimension
        self.layers = layers
        self.heads = heads
        self.hidden = hidden
        self.dropout = dropout
        self.tokens = tokens
        self.hasExits = hasExits
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        dimension = options.value(
            "dimension", default: 128, in: 1...16384, help: "numbers for each position")
        layers = options.value("layers", default: 2, in: 1...256)
        heads = options.value("heads", default: 4, in: 1...1024, help: "of the attention")
        hidden = options.value(
            "hidden", default: 512, in: 1...65536, help: "width of the feed-forward layer")
        dropout = options.dropout()
        tokens = options.tokens()
        hasExits = options.exits()
        guard !hasExits || layers > 1 else {
            throw options.failure("exits", "needs at least two layers, and there is one")
        }
        guard dimension.isMultiple(of: heads) else {
            throw options.failure("heads", "divides the dimension \(dimension)")
        }
    }

    public var exits: [String] { hasExits ? EarlyExit.names(layers - 1) : [] }

    /// Positions are learned, one for each of the input's tokens.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let length = input.reduce(1, *)
        let embedding = Embedding(
            "embedding", tokenCount, dimension, standardDeviation: Self.standardDeviation,
            in: &builder)
        let position = builder.parameter(
            "position", [length, dimension], .normal(standardDeviation: Self.standardDeviation))
        let (blocks, norm) = builder.scoped("encoder") { builder in
            let blocks = builder.scoped("layers") { builder in
                (0..<layers).map { index in
                    builder.scoped("\(index)") { EncoderBlock(self, in: &$0) }
                }
            }
            return (blocks, LayerNormalization("norm", dimension, in: &builder))
        }
        return Layers(
            length: length, padding: padding, embedding: embedding, position: position,
            blocks: blocks, norm: norm,
            dropout: Dropout(dropout), fc: Linear("fc", dimension, classes, in: &builder),
            exits: exitLayers(classes: classes, in: &builder))
    }

    /// A normalization and a linear layer after each block but the last.
    private func exitLayers(classes: Int, in builder: inout ModelBuilder) -> [Layers.Exit] {
        builder.scoped("exits") { builder in
            (0..<exits.count).map { index in
                builder.scoped("\(index + 1)") { builder in
                    (
                        LayerNormalization("norm", dimension, in: &builder),
                        Linear("fc", dimension, classes, in: &builder)
                    )
                }
            }
        }
    }

    /// Of the initial embeddings.
    private static let standardDeviation: Float = 0.02

    private struct Layers: Network {
        typealias Exit = (norm: LayerNormalization, fc: Linear)

        let length: Int
        let padding: Int?
        let embedding: Embedding
        let position: Int
        let blocks: [EncoderBlock]
        let norm: LayerNormalization
        let dropout: Dropout
        let fc: Linear
        let exits: [Exit]

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let mask = padding.map { PaddingMask(x, padding: $0) }
            var x = embedding(x, pass).asSequences(of: length) + pass.parameter(position)
            x = dropout(x.reshaped([x.shape[0] * length, x.shape[2]]), pass)
            tap("embedding", x, mask, pass)
            for (index, block) in blocks.enumerated() {
                let name = "layer\(index + 1)"
                x = block(x, as: name, length: length, mask, pass)
                tap(name, x, mask, pass)
                if index < exits.count { exit(index, x, mask, pass) }
            }
            let features = mean(of: norm(x, pass), mask)
            pass.tap("features", features, after: nil)
            return fc(features, pass)
        }

        private func exit(
            _ index: Int, _ x: Variable, _ mask: PaddingMask?, _ pass: ForwardPass
        ) {
            let features = mean(of: exits[index].norm(x, pass), mask)
            pass.exit(
                EarlyExit.name(index + 1), logits: exits[index].fc(features, pass),
                features: features, after: nil)
        }

        private func tap(
            _ name: String, _ x: Variable, _ mask: PaddingMask?, _ pass: ForwardPass
        ) {
            let rows = mask?.applied(to: x) ?? x
            pass.tap(name, rows.asImages(length: length), after: nil)
        }

        /// N·T×D to N×D.
        private func mean(of x: Variable, _ mask: PaddingMask?) -> Variable {
            if let mask { return mask.mean(x) }
            let mean = x.asSequences(of: length).mean(along: [1])
            return mean.reshaped([mean.shape[0], mean.shape[2]])
        }
    }
}

/// Attention and two linear layers with GELU, each added to its input.
private struct EncoderBlock: Sendable {
    private let attention: SelfAttention
    private let linear1: Linear
    private let linear2: Linear
    private let norm1: LayerNormalization
    private let norm2: LayerNormalization
    private let dropout: Dropout

    init(_ plan: Transformer, in builder: inout ModelBuilder) {
        let width = plan.dimension
        attention = SelfAttention("self_attn", width, heads: plan.heads, in: &builder)
        linear1 = Linear("linear1", width, plan.hidden, in: &builder)
        linear2 = Linear("linear2", plan.hidden, width, in: &builder)
        norm1 = LayerNormalization("norm1", width, in: &builder)
        norm2 = LayerNormalization("norm2", width, in: &builder)
        dropout = Dropout(plan.dropout)
    }

    /// N·T×D to the same shape.
    func callAsFunction(
        _ x: Variable, as name: String, length: Int, _ mask: PaddingMask?, _ pass: ForwardPass
    ) -> Variable {
        let attended = attention(norm1(x, pass), as: name, length: length, mask, pass)
        let x = x + dropout(attended, pass)
        let inner = dropout(linear1(norm2(x, pass), pass, activation: .gelu), pass)
        return x + dropout(linear2(inner, pass), pass)
    }
}

extension Variable {
    /// N·T×D as N×T×D.
    fileprivate func asSequences(of length: Int) -> Variable {
        reshaped([shape[0] / length, length, shape[1]])
    }

    /// N·T×D as images N×D×T×1, which is what summaries of activations take.
    func asImages(length: Int) -> Variable {
        let whole = shape
        let images = [whole[0] / length, whole[1], length, 1]
        return .operation(Tensor(images: images, pixels: value.floats), of: [self]) { g in
            [Tensor(shape: whole, floats: g.pixels)]
        }
    }
}

extension OptionReader {
    /// How many different tokens there are; nil for as many as the data have.
    mutating func tokens() -> Int? {
        optional(
            "tokens", Int.self, in: 1...1 << 24, fallback: "the data's",
            help: "how many different ones there are")
    }
}
