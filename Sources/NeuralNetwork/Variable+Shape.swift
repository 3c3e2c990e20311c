import Kernels

extension Variable {
    /// The same elements in another shape.
    public func reshaped(_ shape: [Int]) -> Variable {
        let old = self.shape
        return .operation(value.reshaped(shape), of: [self], as: .reshape) { g in
            [g.reshaped(old)]
        }
    }

    /// N×… becomes N×(the rest).
    public func flattened() -> Variable {
        reshaped([shape[0], shape.dropFirst().reduce(1, *)])
    }

    /// The dimensions in another order.
    ///
    /// - Precondition: `axes` is a permutation of the dimensions.
    public func permuted(_ axes: [Int]) -> Variable {
        precondition(axes.sorted() == Array(shape.indices), "not a permutation: \(axes)")
        let inverse = axes.indices.sorted { axes[$0] < axes[$1] }
        return .operation(value.permuted(axes), of: [self], as: .permutation(axes)) { g in
            [g.permuted(inverse)]
        }
    }

    /// The transpose of a matrix.
    public func transposed() -> Variable { permuted([1, 0]) }

    /// A range of the first dimension.
    public func rows(_ range: Range<Int>) -> Variable {
        let whole = shape
        guard range != 0..<whole[0] else { return self }
        let width = whole.dropFirst().reduce(1, *)
        return .operation(value.rows(range), of: [self], as: .rows(range)) { g in
            var d = Tensor(repeating: 0, shape: whole)
            d.update { $0.replace(at: range.lowerBound * width, with: g.floats) }
            return [d]
        }
    }

    /// Variables one after another along the first dimension.
    public static func concatenating(_ parts: [Variable]) -> Variable {
        let counts = parts.map { $0.shape[0] }
        return .operation(.concatenating(parts.map(\.value)), of: parts, as: .concatenation) { g in
            var start = 0
            return counts.map { count in
                defer { start += count }
                return g.rows(start..<start + count)
            }
        }
    }
}

extension Tensor {
    /// The dimensions in another order.
    func permuted(_ axes: [Int]) -> Tensor {
        if axes == [1, 0] {
            return Tensor(
                shape: [shape[1], shape[0]],
                floats: Kernels.transposed(floats, rows: shape[0], columns: shape[1]))
        }
        var steps = [Int](repeating: 1, count: shape.count)
        for axis in shape.indices.dropLast().reversed() {
            steps[axis] = steps[axis + 1] * shape[axis + 1]
        }
        let target = axes.map { shape[$0] }
        let view = Strided(floats, steps: axes.map { steps[$0] }, within: target)
        return Tensor(shape: target, floats: Kernels.gather(view, shape: target))
    }
}
