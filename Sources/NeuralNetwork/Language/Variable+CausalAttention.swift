import Kernels

extension Variable {
    /// Scaled dot-product attention of sequences to themselves, where each position attends to
    /// those up to itself: softmax(q·kᵀ / √depth)·v in every head.
    ///
    /// N·T×3·width, queries, keys and values side by side and every head's share of them a range of
    /// columns, to N·T×width.
    public func causalAttention(heads: Int, length: Int) -> Variable {
        let (shape, x) = (shape, value.floats)
        let extents = AttentionShape(rows: shape, heads: heads, length: length)
        let (y, logSums) = Kernels.attention(x, extents)
        return .operation(
            Tensor(shape: [shape[0], shape[1] / 3], floats: y), of: [self],
            multiplyAdds: extents.multiplyAdds, gradientMultiplyAdds: 2 * extents.multiplyAdds,
            as: .causalAttention(heads: heads, length: length)
        ) { g in
            [
                Tensor(
                    shape: shape,
                    floats: Kernels.attentionGradient(g.floats, x, logSums: logSums, extents))
            ]
        }
    }

    /// Queries, keys and values N·T×3·width with queries and keys rotated by their positions
    /// (*RoFormer*, Su et al. 2021).
    ///
    /// - Parameter first: the position of the first row of each sequence.
    /// - Precondition: the depth of a head is even.
    public func rotatedByPosition(heads: Int, length: Int, from first: Int = 0) -> Variable {
        let shape = shape
        let extents = AttentionShape(rows: shape, heads: heads, length: length)
        let y = Kernels.rotated(value.floats, extents, from: first)
        return .operation(
            Tensor(shape: shape, floats: y), of: [self], as: .other("rotary positions")
        ) { g in
            let d = Kernels.rotated(g.floats, extents, from: first, isReversed: true)
            return [Tensor(shape: shape, floats: d)]
        }
    }
}

extension AttentionShape {
    /// Of causal attention of rows N·T×3·width.
    fileprivate init(rows shape: [Int], heads: Int, length: Int) {
        precondition(
            shape.count == 2 && shape[0].isMultiple(of: length)
                && shape[1].isMultiple(of: 3 * heads),
            "\(heads) heads and sequences of \(length) do not fit \(shape)")
        self.init(
            sequences: shape[0] / length, length: length, heads: heads,
            depth: shape[1] / (3 * heads), isCausal: true)
    }
}
