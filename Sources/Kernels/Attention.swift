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

    /// - Precondition: there may be no sequence; all other extents are at least 1.
    public init(sequences: Int, length: Int, heads: Int, depth: Int) {
        precondition(
            sequences >= 0 && length > 0 && heads > 0 && depth > 0, "an extent below 1")
        self.sequences = sequences
        self.length = length
        self.heads = heads
        self.depth = depth
    }

    /// Multiply-adds of both products.
    public var multiplyAdds: Int { 2 * sequences * heads * length * length * depth }

    fileprivate var outputs: Int { sequences * length * heads * depth }
    fileprivate var positions: Int { sequences * heads * length }
}

extension Kernels {
    /// softmax(q·kᵀ / √depth)·v in every head.
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
        forHeads(s) { heads, scratch in loops.attend(a, heads: heads, scratch: scratch) }
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
        forHeads(s) { heads, scratch in
            loops.attendGradient(
                a, upstream: upstream, into: target, heads: heads, scratch: scratch)
        }
        return d
    }

    private static func attention(
        _ x: Floats, _ s: AttentionShape, outputs: Pointer, logSums: Pointer
    ) -> Attention {
        Attention(
            length: s.length, heads: s.heads, depth: s.depth,
            scale: 1 / Float(s.depth).squareRoot(), inputs: x.pointer, outputs: outputs,
            logSums: logSums)
    }

    private static func forHeads(_ s: AttentionShape, _ body: (Range<Int>, Pointer) -> Void) {
        Parallel.forRanges(s.sequences * s.heads, size: 16) { heads in
            FloatBlock.lend(Attention.scratch(length: s.length)) { body(heads, $0) }
        }
    }
}
