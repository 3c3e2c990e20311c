import Options

/// A decoder that predicts at every position of a sequence the token that follows (*Language Models
/// are Unsupervised Multitask Learners*, Radford et al. 2019).
///
/// Every element of the input C×H×W is a token, so that a sequence of T is 1×1×T; of N samples it
/// gives N·T rows of logits, a sample's positions one after another. Names are those of nanoGPT:
/// `transformer.wte.weight`, `transformer.wpe.weight`, `transformer.h.0.attn.c_attn.weight` …
/// `transformer.ln_f`, and `lm_head.weight` where it is not the table of tokens. Taps: `embedding`,
/// `layer1`, `layer2`, … and `features`, the normalised input of the last layer, as images D×T×1.
public struct GPT: SequenceArchitecture, Configurable {
    public static let name = "gpt"
    public static let summary = "decoder that predicts the next token (Radford et al. 2019)"

    /// How the model knows the position of a token.
    public enum Positions: String, CaseIterable, Sendable {
        /// A learned vector for each position is added to its token's.
        case learned
        /// Queries and keys are rotated by an angle that grows with the position (Su et al. 2021).
        case rotary
    }

    /// Numbers for each position.
    public var dimension: Int
    /// How many decoder blocks there are.
    public var layers: Int
    /// Heads of each attention; they divide the dimension.
    public var heads: Int
    /// Width of the hidden feed-forward layer.
    public var hidden: Int
    /// The probability that an activation becomes zero while training.
    public var dropout: Float
    /// How the model knows positions.
    public var positions: Positions
    /// Whether the last layer's weights are the table of tokens.
    public var isTied: Bool
    /// How many different tokens there are; nil for as many as the data have.
    public var tokens: Int?
    /// The token that fills a sequence; nil for none. It needs no mask: no position attends to a
    /// later one.
    public var padding: Int?

    /// - Precondition: the heads divide the dimension, and with rotary positions into even widths.
    public init(
        dimension: Int = 128, layers: Int = 4, heads: Int = 4, hidden: Int? = nil,
        dropout: Float = 0, positions: Positions = .learned, isTied: Bool = true, tokens: Int? = nil
    ) {
        precondition(dimension.isMultiple(of: heads), "\(heads) heads of \(dimension)")
        precondition(positions == .learned || (dimension / heads).isMultiple(of: 2), "odd heads")
        self.dimension = dimension
        self.layers = layers
        self.heads = heads
        self.hidden = hidden ?? 4 * dimension
        self.dropout = dropout
        self.positions = positions
        self.isTied = isTied
        self.tokens = tokens
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        dimension = options.value(
            "dimension", default: 128, in: 1...16384, help: "numbers for each position")
        layers = options.value("layers", default: 4, in: 1...256)
        heads = options.value("heads", default: 4, in: 1...1024, help: "of the attention")
        hidden =
            options.optional(
                "hidden", Int.self, in: 1...65536, fallback: "4 · dimension",
                help: "width of the feed-forward layer") ?? 4 * dimension
        dropout = options.dropout()
        positions = options.choice(
            "positions", default: .learned,
            help: "learned: a vector for each; rotary: queries and keys are rotated")
        isTied = options.flag(
            "tied", default: true, help: "the last layer's weights are the table of tokens")
        tokens = options.tokens()
        guard dimension.isMultiple(of: heads) else {
            throw options.failure("heads", "divides the dimension \(dimension)")
        }
        guard positions == .learned || (dimension / heads).isMultiple(of: 2) else {
            throw options.failure(
                "heads",
                "leaves each head \(dimension / heads) numbers, and rotary positions need an even"
                    + " number")
        }
    }

    public var answersEveryPosition: Bool { true }

    /// Of initial weights.
    static let standardDeviation: Float = 0.02

    /// Of the initial weights of what is added to the residual stream, which has two such summands
    /// in every layer.
    var residualDeviation: Float { Self.standardDeviation / Float(2 * layers).squareRoot() }

    /// - Throws: ``SettingError`` where the last layer is to be the table of tokens, and there are
    ///   more tokens than classes.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        guard !isTied || tokenCount == classes else {
            throw SettingError(
                "model 'gpt' has tokens: \(tokenCount) and predicts \(classes) classes, so its last"
                    + " layer cannot be the table of tokens; leave `tokens` out, or set tied: false"
            )
        }
        var decoder = builder.scoped("transformer") { builder in
            Decoder(
                table: table("wte", rows: tokenCount, in: &builder),
                position: positions == .rotary
                    ? nil : table("wpe", rows: input.reduce(1, *), in: &builder),
                blocks: blocks(in: &builder),
                norm: LayerNormalization("ln_f", dimension, in: &builder),
                dropout: Dropout(dropout))
        }
        if !isTied {
            decoder.head = Linear(
                "lm_head", dimension, classes, bias: false,
                standardDeviation: Self.standardDeviation, in: &builder)
        }
        return decoder
    }

    /// Declares a table of vectors.
    ///
    /// - Returns: the number of the parameter.
    private func table(_ name: String, rows: Int, in builder: inout ModelBuilder) -> Int {
        builder.scoped(name) {
            $0.parameter(
                "weight", [rows, dimension], .normal(standardDeviation: Self.standardDeviation))
        }
    }

    private func blocks(in builder: inout ModelBuilder) -> [DecoderBlock] {
        builder.scoped("h") { builder in
            (0..<layers).map { number in
                builder.scoped("\(number)") { DecoderBlock(self, number: number, in: &$0) }
            }
        }
    }
}

/// The layers of a ``GPT``.
private struct Decoder: Network {
    let table: Int
    /// Nil where positions are rotations.
    let position: Int?
    let blocks: [DecoderBlock]
    let norm: LayerNormalization
    let dropout: Dropout
    /// Nil where the last layer is the table of tokens.
    var head: Linear?

    /// N×…, T tokens for each sample, to N·T×classes.
    func callAsFunction(_ tokens: Variable, _ pass: ForwardPass) -> Variable {
        let length = tokens.shape.dropFirst().reduce(1, *)
        var x = dropout(embedded(tokens, length, pass), pass)
        tap("embedding", x, length, pass)
        for (number, block) in blocks.enumerated() {
            x = block(x, length: length, pass)
            tap("layer\(number + 1)", x, length, pass)
        }
        pass.decoding?.advance(by: length)
        let features = norm(x, pass)
        tap("features", features, length, pass)
        return head?(features, pass) ?? features.linear(pass.parameter(table), bias: nil)
    }

    /// N·T×D.
    private func embedded(_ tokens: Variable, _ length: Int, _ pass: ForwardPass) -> Variable {
        let x = pass.parameter(table).embedding(of: tokens)
        guard let position else { return x }
        let first = pass.decoding?.position ?? 0
        let rows = pass.parameter(position).rows(first..<first + length)
        return (x.reshaped([x.shape[0] / length, length, x.shape[1]]) + rows).reshaped(x.shape)
    }

    private func tap(_ name: String, _ x: Variable, _ length: Int, _ pass: ForwardPass) {
        pass.tap(name) { x.asImages(length: length) }
    }
}
