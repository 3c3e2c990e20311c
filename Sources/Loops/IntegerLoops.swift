/// The loops of quantised layers, whose products are of integers: written once and compiled for
/// each instruction set.
///
/// As ``Loops`` they check nothing. Blocks of bytes are readable for ``IntegerLayout/slack`` bytes
/// beyond their end.
public protocol IntegerLoops: SendableMetatype {
    /// Bytes from floats: round(clip(x / s)) less the lowest code, halves to even.
    static func quantize(_ levels: UniformLevels, _ x: Pointer, into y: Bytes, count: Int)
    /// Some output pixels of a convolution or linear layer.
    static func correlate(_ correlation: IntegerCorrelation, pixels: Range<Int>)
    /// Some output pixels of a convolution of every channel by itself.
    static func correlateDepthwise(_ correlation: IntegerCorrelation, pixels: Range<Int>)
}

/// Where a run of unsigned bytes begins.
public typealias Bytes = UnsafeMutablePointer<UInt8>
/// Where a run of signed bytes begins.
public typealias SignedBytes = UnsafeMutablePointer<Int8>

/// Where bytes lie.
public enum IntegerLayout {
    /// Neighbouring channels whose products are added up at once.
    public static let quad = 4
    /// How many bytes beyond the end of a block may be read.
    public static let slack = 64

    /// How many quads hold a number of channels.
    public static func quads(_ channels: Int) -> Int { (channels + quad - 1) / quad }
}

/// A convolution of unsigned bytes by signed bytes, and what becomes of its sums.
///
/// An output is `scale · (start + Σ input · weight) + shift` by filter, to which a residual may be
/// added, and of which what is negative may become zero.
public struct IntegerCorrelation {
    /// Padded images, lines × columns × channels.
    public var input: UnsafePointer<UInt8>
    /// The byte of `input` at which the window of each output pixel begins.
    public var offsets: UnsafePointer<Int32>
    /// Panels × lines of the kernel × columns × quads × filters of a panel × 4; of a convolution of
    /// every channel by itself lines × columns × channels of whole panels.
    public var weights: UnsafePointer<Int8>
    /// Quads that hold a line of a window.
    public var quadsInLine: Int
    /// Lines of a window.
    public var lines: Int
    /// Columns of a window.
    public var columns: Int
    /// Bytes from one padded line to the next.
    public var lineBytes: Int
    /// Bytes from one pixel to the next.
    public var pixelBytes: Int
    /// Whether no sum of two products of a weight and an input exceeds 16 bits.
    public var isNarrow: Bool
    /// Outputs of a pixel.
    public var filters: Int
    /// By filter, as are the next two; for whole panels.
    public var start: UnsafePointer<Int32>
    /// What a sum is multiplied by.
    public var scale: UnsafePointer<Float>
    /// What is added then.
    public var shift: UnsafePointer<Float>
    /// Pixels × filters, added to the outputs; nil for none.
    public var residual: UnsafePointer<Float>?
    /// Whether what is negative becomes zero.
    public var isRectified: Bool
    /// Pixels × filters.
    public var output: Pointer

    /// All of it.
    public init(
        input: UnsafePointer<UInt8>, offsets: UnsafePointer<Int32>, weights: UnsafePointer<Int8>,
        quadsInLine: Int, lines: Int, columns: Int, lineBytes: Int, pixelBytes: Int,
        isNarrow: Bool, filters: Int, start: UnsafePointer<Int32>, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, residual: UnsafePointer<Float>?, isRectified: Bool,
        output: Pointer
    ) {
        self.input = input
        self.offsets = offsets
        self.weights = weights
        self.quadsInLine = quadsInLine
        self.lines = lines
        self.columns = columns
        self.lineBytes = lineBytes
        self.pixelBytes = pixelBytes
        self.isNarrow = isNarrow
        self.filters = filters
        self.start = start
        self.scale = scale
        self.shift = shift
        self.residual = residual
        self.isRectified = isRectified
        self.output = output
    }
}
