import Options

/// Convolutions of several widths over a sequence of tokens, each followed by its maximum over all
/// positions (Kim 2014).
///
/// Every element of the input C×H×W is a token, so that a sequence of T is 1×1×T. Names:
/// `embedding.weight`, `convs.0`, `convs.1`, …, `fc`. Taps: `embedding` as an image D×T×1;
/// `features`, the maxima.
///
/// Padding counts as a row of zeros, and the maximum is over the windows without padding; a
/// sequence shorter than a window has the first window alone.
public struct TextCNN: SequenceArchitecture, Configurable {
    public static let name = "text-cnn"
    public static let summary = "convolutions over token sequences (Kim 2014)"

    /// Numbers for each token.
    public var dimension: Int
    /// Filters of each width.
    public var filters: Int
    /// How many tokens the filters see.
    public var windows: [Int]
    /// The probability that a feature becomes zero while training.
    public var dropout: Float
    /// How many different tokens there are; nil for as many as the data have.
    public var tokens: Int?
    /// The token that fills a sequence; nil for none.
    public var padding: Int?

    /// - Precondition: there is at least one window, and none is empty.
    public init(
        dimension: Int = 128, filters: Int = 100, windows: [Int] = [3, 4, 5], dropout: Float = 0,
        tokens: Int? = nil
    ) {
        self.dimension = dimension
        self.filters = filters
        self.windows = windows
        self.dropout = dropout
        self.tokens = tokens
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        dimension = options.value(
            "dimension", default: 128, in: 1...16384, help: "numbers for each token")
        filters = options.value("filters", default: 100, in: 1...4096, help: "of each width")
        windows = options.list(
            "windows", default: [3, 4, 5], help: "how many tokens the filters see")
        dropout = options.dropout()
        tokens = options.tokens()
        guard !windows.isEmpty, windows.allSatisfy({ (1...4096).contains($0) }) else {
            throw options.failure("windows", "holds lengths in 1...4096")
        }
    }

    /// - Throws: ``SettingError`` where the sequence is shorter than the longest window.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let length = input.reduce(1, *)
        guard let longest = windows.max(), length >= longest else {
            throw SettingError(
                "model 'text-cnn' needs \(windows.max() ?? 1) tokens at least, not \(length);"
                    + " choose narrower windows")
        }
        let embedding = Embedding(
            "embedding", tokenCount, dimension, in: &builder)
        let convolutions = builder.scoped("convs") { builder in
            windows.enumerated().map { index, width in
                Convolution(
                    "\(index)", 1, filters, Window(height: width, width: dimension), in: &builder)
            }
        }
        return Layers(
            length: length, padding: padding, windows: windows, embedding: embedding,
            convolutions: convolutions,
            dropout: Dropout(dropout),
            fc: Linear("fc", filters * windows.count, classes, in: &builder))
    }

    private struct Layers: Network {
        let length: Int
        let padding: Int?
        let windows: [Int]
        let embedding: Embedding
        let convolutions: [Convolution]
        let dropout: Dropout
        let fc: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let mask = padding.map { PaddingMask(x, padding: $0) }
            let found = embedding(x, pass)
            let rows = mask?.applied(to: found) ?? found
            pass.tap("embedding", rows.asImages(length: length), after: nil)
            let image = rows.reshaped([rows.shape[0] / length, 1, length, rows.shape[1]])
            let maxima = zip(windows, convolutions).map { width, convolution in
                let all = convolution(image, pass).relu()
                let y = mask?.applied(toWindowsOf: width, all) ?? all
                return y.maxPool(Window(height: y.shape[2], width: 1)).flattened().transposed()
            }
            let features = Variable.concatenating(maxima).transposed()
            pass.tap("features", features, after: .relu)
            return fc(dropout(features, pass), pass)
        }
    }
}
