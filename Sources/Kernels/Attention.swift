import Loops

/// The extents of an attention of sequences to themselves.
public struct AttentionShape: Hashable, Sendable {
    /// How many sequences there are.
    public let sequences: Int
    /// Positions of a sequence.
    public let length: Int
    /// Into how many heads a position's row is divided.
    public let heads: Int
    /// The width of a head's queries, keys and values.
    public let depth: Int
    /// How many positions of each sequence count: the first ones; nil for all.
    public let counted: [Int]?
    /// Whether a position attends to those up to itself alone.
    public let isCausal: Bool
    /// The first position that attends; those before it are attended to alone, and their outputs
    /// are not computed.
    public let first: Int

    /// - Precondition: there may be no sequence; all other extents are at least 1, and of each
    ///   sequence one position at least counts.
    public init(
        sequences: Int, length: Int, heads: Int, depth: Int, counted: [Int]? = nil,
        isCausal: Bool = false, first: Int = 0
    ) {
        self.isCausal = isCausal
        self.first = first
        precondition(
            sequences >= 0 && length > 0 && heads > 0 && depth > 0, "an extent below 1")
        let isSound = counted.map { counted in
            counted.count == sequences && counted.allSatisfy { (1...length).contains($0) }
        }
        precondition(isSound ?? true, "1 to \(length) positions of each sequence count")
        self.counted = counted
        self.sequences = sequences
        self.length = length
        self.heads = heads
        self.depth = depth
    }

    /// Multiply-adds of both products, over all positions.
    public var multiplyAdds: Int {
        let pairs = isCausal ? length * (length + 1) / 2 : length * length
        return 2 * sequences * heads * pairs * depth
    }

    var outputs: Int { sequences * length * heads * depth }
    fileprivate var positions: Int { sequences * heads * length }
}

extension Kernels {
    /// softmax(q·kᵀ / √depth)·v in every head, over the positions that count; 0 at the others.
    ///
    /// - Parameter x: sequences × length × 3 × heads × depth, queries first, then keys, then
    ///   values.
    /// - Returns: sequences × length × heads × depth, and what the gradient needs beside x: the
    ///   logarithm of each softmax's sum.
    public static func attention(
        _ x: Floats, _ s: AttentionShape
    ) -> (y: Floats, logSums: Floats) {
        precondition(x.count == 3 * s.outputs, "queries, keys and values do not fill their memory")
        var y = Floats(uninitialized: s.outputs)
        var logSums = Floats(uninitialized: s.positions)
        let a = attention(x, s, outputs: y.mutablePointer(), logSums: logSums.mutablePointer())
        forHeads(a, s) { loops.attend($0, heads: $1, scratch: $2) }
        return (y, logSums)
    }

    /// The gradient of ``attention(_:_:)`` in its input.
    public static func attentionGradient(
        _ g: Floats, _ x: Floats, logSums: Floats, _ s: AttentionShape
    ) -> Floats {
        precondition(x.count == 3 * s.outputs && g.count == s.outputs, "sizes differ")
        precondition(logSums.count == s.positions, "sizes differ")
        var d = Floats(uninitialized: x.count)
        let (upstream, target) = (g.pointer, d.mutablePointer())
        let a = attention(x, s, outputs: upstream, logSums: logSums.pointer)
        forHeads(a, s) {
            loops.attendGradient($0, upstream: upstream, into: target, heads: $1, scratch: $2)
        }
        return d
    }

    private static func attention(
        _ x: Floats, _ s: AttentionShape, outputs: Pointer, logSums: Pointer
    ) -> Attention {
        Attention(
            length: s.length, heads: s.heads, depth: s.depth,
            scale: 1 / Float(s.depth).squareRoot(), inputs: x.pointer, outputs: outputs,
            logSums: logSums, isCausal: s.isCausal, first: s.first)
    }

    private static func forHeads(
        _ attention: Attention, _ s: AttentionShape,
        _ body: (Attention, Range<Int>, Pointer) -> Void
    ) {
        func run(_ attention: Attention) {
            Parallel.forRanges(s.sequences * s.heads, size: 16) { heads in
                FloatBlock.lend(Attention.scratch(length: s.length, depth: s.depth)) {
                    body(attention, heads, $0)
                }
            }
        }
        guard let counted = s.counted else { return run(attention) }
        counted.withUnsafeBufferPointer {
            var attention = attention
            attention.counted = $0.baseAddress
            run(attention)
        }
    }
}
