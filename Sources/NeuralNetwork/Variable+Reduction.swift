import Kernels

extension Variable {
    /// The sum over some dimensions, which remain with an extent of 1.
    public func sum(along axes: [Int]) -> Variable {
        let old = shape
        let reduced = old.indices.map { axes.contains($0) ? 1 : old[$0] }
        return .operation(Broadcasting.sum(value, to: reduced), of: [self]) { g in
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
        sum(along: Array(shape.indices)).reshaped([])
    }

    /// The mean of all elements, a scalar.
    public func mean() -> Variable {
        sum() / Float(value.count)
    }

    /// Each row along the last dimension divided by its Euclidean norm, or by `epsilon` if that is more.
    public func normalizedRows(epsilon: Float = 1e-12) -> Variable {
        let squares = squared().sum(along: [shape.count - 1])
        return self / squares.map(.atLeast(epsilon * epsilon)).squareRoot()
    }
}
