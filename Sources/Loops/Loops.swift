/// The loops that decide the engine's speed: written once and compiled for each instruction set.
///
/// They check nothing, and are compiled without Swift's own checks: ``Kernels`` checks every size and
/// number before it calls them. Arrays of images are N×H×W×C, so that a vector holds neighbouring
/// channels. Blocks of memory are readable for ``Layout/slack`` floats beyond their end.
public protocol Loops: SendableMetatype {
    // Products.
    static func multiply(
        _ product: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer)

    // Convolutions.
    static func correlate(_ correlation: Correlation)
    static func correlateWeights(_ correlation: WeightCorrelation)
    static func unfold(_ windows: Windows, into target: Pointer)
    static func packWeights(_ w: Pointer, _ packing: WeightPacking, into packed: Pointer)

    // Convolutions by Winograd's algorithm.
    static func correlateWinograd(_ correlation: WinogradCorrelation, scratch: Pointer)
    static func correlateWinogradWeights(_ correlation: WinogradCorrelation, scratch: Pointer)
    static func transformWinogradWeights(
        _ weights: Pointer, kernel: Int, channels: Int, filters: Int, into transformed: Pointer)
    static func restoreWinogradWeights(
        _ transformed: Pointer, kernel: Int, channels: Int, filters: Int, into weights: Pointer)

    // Convolutions of every channel by itself.
    static func correlateDepthwise(_ correlation: DepthwiseCorrelation)
    static func correlateDepthwiseWeights(_ correlation: DepthwiseCorrelation)

    // Sums and maps over rows of `width` columns, from a range of floats that begins with a row.
    static func sums(_ x: Pointer, floats: Range<Int>, width: Int, into sums: Pointer)
    static func addRow(_ row: Pointer, width: Int, to y: Pointer, floats: Int)
    static func moments(
        _ x: Pointer, floats: Range<Int>, width: Int, mean: Pointer, squares: Pointer)
    static func affine(_ map: ChannelMap, floats: Range<Int>)
    static func gradientSums(
        _ gradient: ChannelGradient, floats: Range<Int>, into sums: Pointer)
    static func gradient(_ gradient: ChannelGradient, floats: Range<Int>)

    // Pooling of images.
    static func maxPool(_ pool: Pool, images: Range<Int>)
    static func maxPoolGradient(_ pool: Pool, images: Range<Int>)

    // Functions of every element.
    static func map(_ operation: ElementFunction, _ x: Pointer, _ y: Pointer, count: Int)
    static func mapGradient(
        _ operation: ElementFunction, at v: Pointer, upstream g: Pointer, into d: Pointer,
        count: Int)

    // Functions of pairs of elements, and walks over strided arrays.
    static func combine(
        _ f: PairFunction, _ a: Pointer, _ b: Pointer, into c: Pointer, count: Int)
    static func combine(
        _ f: PairFunction, _ walk: StridedRows, _ a: Pointer, _ b: Pointer, into c: Pointer,
        rows: Range<Int>)
    static func gather(_ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>)
    static func scatterSum(_ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>)

    // Steps of optimisers, and what they need of a whole array.
    static func step(
        _ s: SGDStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        velocity: Pointer?, places: Range<Int>)
    static func step(
        _ s: AdamWStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        first m: Pointer, second v: Pointer, places: Range<Int>)
    static func addMultiple(
        of y: Pointer, times a: Float, to old: Pointer, into new: Pointer, places: Range<Int>)
    static func sum(_ x: Pointer, count: Int) -> Float
    static func sumOfSquares(_ x: Pointer, count: Int) -> Float
    static func areFinite(_ x: Pointer, count: Int) -> Bool

    // Rows by their numbers, distances of rows, transposes.
    static func copyRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, width: Int, places: Range<Int>,
        into y: Pointer)
    static func addRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, count: Int, width: Int, to y: Pointer)
    static func rowDistances(
        _ x: Pointer, rows: Range<Int>, of count: Int, width: Int, into y: Pointer)
    static func transposePlanes(
        _ x: Pointer, planes: Range<Int>, rows: Int, columns: Int, into y: Pointer)

    // Functions of rows.
    static func crossEntropyGradient(
        _ p: Pointer, labels: UnsafePointer<Int>, rows: Int, classes: Int, smoothing: Float,
        factor: Float)
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

/// Where a run of floats begins.
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
