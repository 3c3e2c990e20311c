/// The loops that decide the engine's speed: written once and compiled for each instruction set.
///
/// They check nothing, and are compiled without Swift's own checks: `Kernels` checks every size and
/// number before it calls them. Arrays of images are N×H×W×C, so that a vector holds neighbouring
/// channels. Blocks of memory are readable for ``Layout/slack`` floats beyond their end.
public protocol Loops: SendableMetatype {
    // Products.
    /// Some rows and columns of a product. Columns are divided between panels alone.
    static func multiply(
        _ product: Product, rows: Range<Int>, columns: Range<Int>, scratch: Pointer)

    // Convolutions.
    /// Writes the output of a convolution without a bias.
    static func correlate(_ correlation: Correlation)
    /// Adds the gradient in a convolution's weights.
    static func correlateWeights(_ correlation: WeightCorrelation)
    /// Copies the segments of each window to one place: windows × (segments · run).
    static func unfold(_ windows: Windows, into target: Pointer)
    /// Brings weights into the order in which ``correlate(_:)`` reads them.
    static func packWeights(_ w: Pointer, _ packing: WeightPacking, into packed: Pointer)

    // Convolutions by Winograd's algorithm.
    /// Writes the output of a convolution without a bias.
    static func correlateWinograd(_ correlation: WinogradCorrelation, scratch: Pointer)
    /// Adds the gradient in the transformed weights.
    static func correlateWinogradWeights(_ correlation: WinogradCorrelation, scratch: Pointer)
    /// Kernel × channels × filters to positions × panels × channels × the panel's filters.
    static func transformWinogradWeights(
        _ weights: Pointer, kernel: Int, channels: Int, filters: Int, into transformed: Pointer)
    /// Positions × channels × filters to kernel × channels × filters.
    static func restoreWinogradWeights(
        _ transformed: Pointer, kernel: Int, channels: Int, filters: Int, into weights: Pointer)

    // Convolutions of every channel by itself.
    /// Writes the output of one image.
    static func correlateDepthwise(_ correlation: DepthwiseCorrelation)
    /// Adds to the weights each window times the target's pixel.
    static func correlateDepthwiseWeights(_ correlation: DepthwiseCorrelation)

    // Sums and maps over rows of `width` columns, from a range of floats that begins with a row.
    /// The sum of each column.
    static func sums(_ x: Pointer, floats: Range<Int>, width: Int, into sums: Pointer)
    /// Adds a row to every row of y.
    static func addRow(_ row: Pointer, width: Int, to y: Pointer, floats: Int)
    /// The mean of each column, and the sum of squared distances from it.
    static func moments(
        _ x: Pointer, floats: Range<Int>, width: Int, mean: Pointer, squares: Pointer)
    /// Maps some rows.
    static func affine(_ map: ChannelMap, floats: Range<Int>)
    /// Σ g and Σ g·(x − mean) of each column, where the gradient passes.
    static func gradientSums(
        _ gradient: ChannelGradient, floats: Range<Int>, into sums: Pointer)
    /// The gradient in some rows of the map's input.
    static func gradient(_ gradient: ChannelGradient, floats: Range<Int>)

    // Pooling of images.
    /// Pools some images.
    static func maxPool(_ pool: Pool, images: Range<Int>)
    /// Gives each upstream value to the first pixel that is as large as the output.
    static func maxPoolGradient(_ pool: Pool, images: Range<Int>)

    // Functions of every element.
    /// y = f(x).
    static func map(_ operation: ElementFunction, _ x: Pointer, _ y: Pointer, count: Int)
    /// d = f'·g, from v: f(x) where the operation's gradient uses its result, else x.
    static func mapGradient(
        _ operation: ElementFunction, at v: Pointer, upstream g: Pointer, into d: Pointer,
        count: Int)

    // Quantisation to evenly spaced levels.
    /// y = s·round(clip(x / s)), halves to even.
    static func quantize(_ levels: UniformLevels, _ x: Pointer, _ y: Pointer, count: Int)
    /// d = g where x lies within the levels, else 0; returns the gradient in the scale.
    static func quantizeGradient(
        _ levels: UniformLevels, at x: Pointer, upstream g: Pointer, into d: Pointer, count: Int
    ) -> Float
    /// The smallest and the largest element of a run that is not empty.
    static func extent(_ x: Pointer, count: Int) -> (lowest: Float, highest: Float)

    // Functions of pairs of elements, and walks over strided arrays.
    /// c = f(a, b) for neighbouring elements.
    static func combine(
        _ f: PairFunction, _ a: Pointer, _ b: Pointer, into c: Pointer, count: Int)
    /// c = f(a, b) in some rows; c is row-major.
    static func combine(
        _ f: PairFunction, _ walk: StridedRows, _ a: Pointer, _ b: Pointer, into c: Pointer,
        rows: Range<Int>)
    /// y = x in some rows; y is row-major.
    static func gather(_ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>)
    /// Adds some rows of x, which is row-major, to the elements of y on which they fall.
    static func scatterSum(_ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>)

    // Steps of optimisers, and what they need of a whole array.
    /// One step of gradient descent; `velocity` is nil where the momentum is 0.
    static func step(
        _ s: SGDStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        velocity: Pointer?, places: Range<Int>)
    /// One step of AdamW.
    static func step(
        _ s: AdamWStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        first m: Pointer, second v: Pointer, places: Range<Int>)
    /// One step of Lion.
    static func step(
        _ s: LionStep, from old: Pointer, to new: Pointer, gradient g: Pointer,
        mean m: Pointer, places: Range<Int>)
    /// new = old + a·y.
    static func addMultiple(
        of y: Pointer, times a: Float, to old: Pointer, into new: Pointer, places: Range<Int>)
    /// The sum, always added up in the same order.
    static func sum(_ x: Pointer, count: Int) -> Float
    /// The sum of squares, always added up in the same order.
    static func sumOfSquares(_ x: Pointer, count: Int) -> Float
    /// Whether every element is a finite number.
    static func areFinite(_ x: Pointer, count: Int) -> Bool

    // Rows by their numbers, distances of rows, transposes.
    /// Copies rows by their numbers, for some places of the result.
    static func copyRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, width: Int, places: Range<Int>,
        into y: Pointer)
    /// Adds each row of x to the row of y that its number names.
    static func addRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, count: Int, width: Int, to y: Pointer)
    /// The Euclidean distances of some rows from every row before them, in both triangles of y.
    static func rowDistances(
        _ x: Pointer, rows: Range<Int>, of count: Int, width: Int, into y: Pointer)
    /// The transposes of some matrices: planes × rows × columns to planes × columns × rows.
    static func transposePlanes(
        _ x: Pointer, planes: Range<Int>, rows: Int, columns: Int, into y: Pointer)

    // Functions of rows.
    /// factor·(p − q) in place of a softmax p, with q = (1 − smoothing)·onehot(label) + smoothing /
    /// classes.
    static func crossEntropyGradient(
        _ p: Pointer, labels: UnsafePointer<Int>, rows: Int, classes: Int, smoothing: Float,
        factor: Float)
    /// x less the largest element of its row.
    static func subtractMaxima(_ x: Pointer, _ y: Pointer, rows: Int, width: Int)
    /// log Σ eˣ of each row.
    static func logSums(_ x: Pointer, rows: Int, width: Int, into sums: Pointer)
    /// The softmax of scale·x in each row; x and y may be the same memory.
    static func softmax(
        _ x: Pointer, scale: Float, _ y: Pointer, logSums: Pointer?, rows: Int, width: Int)
    /// exp(scale·x − s) with one s for each row, the logarithm of its sum: the softmax.
    static func exponentials(
        _ x: Pointer, scale: Float, minus shifts: Pointer, _ y: Pointer, rows: Int, width: Int)
    /// scale·y·(g − Σ g·y) in each row; d may be g.
    static func softmaxGradient(
        y: Pointer, scale: Float, upstream g: Pointer, into d: Pointer, rows: Int, width: Int)
    /// g − exp(y)·Σ g in each row.
    static func logSoftmaxGradient(
        y: Pointer, upstream g: Pointer, into d: Pointer, rows: Int, width: Int)
    /// Normalises some rows, and stores their moments.
    static func normalize(_ n: RowNormalization, rows: Range<Int>, into y: Pointer)
    /// The gradient in some rows of x; those in scale and shift are added to `sums`, first all of
    /// scale's.
    static func normalizeGradient(
        _ n: RowNormalization, upstream g: Pointer, rows: Range<Int>, into d: Pointer,
        sums: Pointer)

    // Divergences of probabilities p and q, added up in double precision: Σ p·(log p − log q) − p +
    // q, of which no term is negative.
    /// From the logarithms of both.
    static func divergence(from logP: Pointer, to logQ: Pointer, count: Int) -> Double
    /// From the probabilities p, which may be 0, and the logarithms of the others.
    static func divergence(ofProbabilities p: Pointer, to logQ: Pointer, count: Int) -> Double
    /// Half the divergences of both from their mean, from the logarithms of both.
    static func divergenceFromMean(_ logP: Pointer, _ logQ: Pointer, count: Int) -> Double

    // Attention.
    /// The outputs of some heads, which are counted over all sequences.
    static func attend(_ a: Attention, heads: Range<Int>, scratch: Pointer)
    /// The gradients in the inputs of some heads, laid out as the inputs are.
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
