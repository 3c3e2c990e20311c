import Kernels

/// NumPy's rules for operands of different shapes: dimensions are aligned at the end, and an extent
/// of 1 is repeated.
enum Broadcasting {
    /// The common shape of two operands.
    ///
    /// - Precondition: aligned extents are equal, or one of them is 1.
    static func shape(of a: [Int], and b: [Int]) -> [Int] {
        let rank = max(a.count, b.count)
        return zip(padded(a, to: rank), padded(b, to: rank)).map { x, y in
            precondition(x == y || x == 1 || y == 1, "shapes \(a) and \(b) do not broadcast")
            return x == 1 ? y : x
        }
    }

    /// A tensor seen in a larger shape.
    static func view(_ tensor: Tensor, as shape: [Int]) -> Strided {
        Strided(tensor.floats, steps: steps(of: tensor.shape, within: shape), within: shape)
    }

    /// Adds up what broadcasting repeated.
    static func sum(_ tensor: Tensor, to shape: [Int]) -> Tensor {
        guard tensor.shape != shape else { return tensor }
        return Tensor(
            shape: shape,
            floats: Kernels.sum(
                tensor.floats, shape: tensor.shape, steps: steps(of: shape, within: tensor.shape),
                count: shape.reduce(1, *)))
    }

    /// The steps of a row-major array of `shape` when it is walked in the order of `target`.
    private static func steps(of shape: [Int], within target: [Int]) -> [Int] {
        var step = 1
        let steps = padded(shape, to: target.count).reversed().map { extent in
            defer { step *= extent }
            return extent == 1 ? 0 : step
        }
        return steps.reversed()
    }

    private static func padded(_ shape: [Int], to rank: Int) -> [Int] {
        [Int](repeating: 1, count: rank - shape.count) + shape
    }
}
