/// Scaled dot-product attention of sequences to themselves, in several heads.
///
/// Every position has one row of queries, keys and values, each `heads · depth` wide, one after
/// another; a head's share of them is a range of columns.
public struct Attention {
    /// Positions of one sequence.
    public var length: Int
    /// Into how many heads a row is divided.
    public var heads: Int
    /// Columns of a head.
    public var depth: Int
    /// What queries times keys are multiplied by.
    public var scale: Float
    /// Sequences × length × 3 × heads × depth.
    public var inputs: Pointer
    /// Sequences × length × heads × depth.
    public var outputs: Pointer
    /// For each sequence, head and position the logarithm of its exponentials' sum.
    public var logSums: Pointer
    /// For each sequence how many of its positions count, 1 at least: the first ones; nil for all.
    public var counted: UnsafePointer<Int>?
    /// Whether a position attends to those up to itself alone.
    public var isCausal: Bool
    /// The first position that attends; those before it are attended to alone.
    public var first: Int

    /// Describes an attention; the caller keeps the memory alive.
    public init(
        length: Int, heads: Int, depth: Int, scale: Float, inputs: Pointer, outputs: Pointer,
        logSums: Pointer, counted: UnsafePointer<Int>? = nil, isCausal: Bool = false, first: Int = 0
    ) {
        self.isCausal = isCausal
        self.first = first
        self.length = length
        self.heads = heads
        self.depth = depth
        self.scale = scale
        self.inputs = inputs
        self.outputs = outputs
        self.logSums = logSums
        self.counted = counted
    }

    /// Positions whose scores are kept at once.
    public static let block = 128
    /// As ``block``, where positions attend to those up to themselves alone: of the scores of a
    /// block those behind its last position are not computed.
    public static let causalBlock = 32
    /// The floats of scratch memory that attention over a length needs, in heads of a depth.
    public static func scratch(length: Int, depth: Int) -> Int {
        let packed =
            Product.packed(depth: length, columns: depth)
            + 2 * Product.packed(depth: depth, columns: length)
        return Product.scratch + packed + 2 * (min(length, block) * length + Layout.slack)
    }
}
