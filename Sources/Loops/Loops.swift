/// The loops that decide the engine's speed: written once and compiled for each instruction set.
///
/// They check nothing: ``Kernels`` checks sizes before it calls them. Arrays of images are
/// N×H×W×C, so that a vector holds neighbouring channels. Blocks of memory are readable for
/// ``Layout/slack`` floats beyond their end.
public protocol Loops: SendableMetatype {
    // Products.
    static func multiply(
        _ product: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer)

    // Convolutions.
    static func correlate(_ correlation: Correlation)
    static func correlateWeights(_ correlation: WeightCorrelation)

    // Convolutions of every channel by itself.
    static func correlateDepthwise(_ correlation: DepthwiseCorrelation)
    static func spreadDepthwise(_ correlation: DepthwiseCorrelation)
    static func correlateDepthwiseWeights(_ correlation: DepthwiseCorrelation)

    // Sums and maps over rows × channels.
    static func sums(_ x: Pointer, rows: Int, channels: Int, into sums: Pointer)
    static func moments(_ x: Pointer, rows: Int, channels: Int, mean: Pointer, squares: Pointer)
    static func affine(_ map: ChannelMap, rows: Range<Int>)
    static func gradientSums(_ gradient: ChannelGradient, rows: Range<Int>, into sums: Pointer)
    static func gradient(_ gradient: ChannelGradient, rows: Range<Int>)

    // Pooling of images.
    static func maxPool(_ pool: Pool, images: Range<Int>)
    static func maxPoolGradient(_ pool: Pool, images: Range<Int>)

    // Functions of every element.
    static func map(_ operation: ElementFunction, _ x: Pointer, _ y: Pointer, count: Int)
    static func mapGradient(
        _ operation: ElementFunction, at v: Pointer, upstream g: Pointer, into d: Pointer,
        count: Int)

    // Functions of rows.
    static func logSums(_ x: Pointer, rows: Int, width: Int, into sums: Pointer)
    static func softmax(
        _ x: Pointer, scale: Float, _ y: Pointer, logSums: Pointer?, rows: Int, width: Int)
    static func exponentials(
        _ x: Pointer, scale: Float, minus shifts: Pointer, _ y: Pointer, rows: Int, width: Int)
    static func softmaxGradient(
        y: Pointer, scale: Float, upstream g: Pointer, into d: Pointer, rows: Int, width: Int)
    static func logSoftmaxGradient(
        y: Pointer, upstream g: Pointer, into d: Pointer, rows: Int, width: Int)
    static func normalize(_ n: RowNormalization, rows: Range<Int>, into y: Pointer)
    static func normalizeGradient(
        _ n: RowNormalization, upstream g: Pointer, rows: Range<Int>, into d: Pointer,
        sums: Pointer)

    // Attention.
    static func attend(_ a: Attention, heads: Range<Int>, scratch: Pointer)
    static func attendGradient(
        _ a: Attention, upstream g: Pointer, into d: Pointer, heads: Range<Int>, scratch: Pointer)
}

public typealias Pointer = UnsafeMutablePointer<Float>

/// Where floats lie.
public enum Layout {
    /// Floats of one vector; weights are packed in panels of as many filters.
    public static let panel = 16
    /// How many floats beyond the end of a block of memory may be read.
    public static let slack = 16

    /// How many panels hold a number of filters.
    public static func panels(_ filters: Int) -> Int { (filters + panel - 1) / panel }
}
