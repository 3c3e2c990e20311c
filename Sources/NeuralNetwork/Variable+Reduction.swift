import Kernels

extension Variable {
    /// The sum over some dimensions, which remain with an extent of 1.
    public func sum(along axes: [Int]) -> Variable {
        let old = shape
        let reduced = old.indices.map { axes.contains($0) ? 1 : old[$0] }
        return .operation(
            Broadcasting.sum(value, to: reduced), of: [self], as: .sum(axes: axes)
        ) { g in
            let repeated = Kernels.gather(Broadcasting.view(g, as: old), shape: old)
            return [Tensor(shape: old, floats: repeated)]
        }
    }

    /// The mean over some dimensions, which remain with an extent of 1.
    public func mean(along axes: [Int]) -> Variable {
        sum(along: axes) / Float(axes.reduce(1) { $0 * shape[$1] })
    }

    /// The sum of all elements, a scalar.
    public func sum() -> Variable {
        let old = shape
        let sum = Kernels.sum(
            value.floats, shape: old, steps: [Int](repeating: 0, count: old.count), count: 1)
        return .operation(Tensor(shape: [], floats: sum), of: [self]) { g in
            [Tensor(repeating: g.scalar, shape: old)]
        }
    }

    /// The mean of all elements, a scalar.
    public func mean() -> Variable {
        sum() / Float(value.count)
    }

    /// Each row along the last dimension divided by its Euclidean norm.
    ///
    /// A row whose norm is at most `epsilon` becomes zero and passes no gradient, which would have
    /// no bound.
    public func normalizedRows(epsilon: Float = 1e-12) -> Variable {
        let squares = squared().sum(along: [shape.count - 1])
        let isLong = squares.value.values.map { $0 > epsilon * epsilon ? 1 : 0 as Float }
        let long = Variable(Tensor(shape: squares.shape, values: isLong))
        let short = Variable(Tensor(shape: squares.shape, values: isLong.map { 1 - $0 }))
        return self * long / (squares * long + short).squareRoot()
    }
}
