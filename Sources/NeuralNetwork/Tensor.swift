import Kernels

/// A row-major array of 32-bit floats in pooled memory; a value.
public struct Tensor: Sendable {
    public let shape: [Int]
    public private(set) var floats: Floats

    /// - Precondition: `floats` fill `shape`.
    public init(shape: [Int], floats: Floats) {
        precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == floats.count)
        self.shape = shape
        self.floats = floats
    }

    /// - Precondition: `values` fill `shape`.
    public init(shape: [Int], values: [Float]) {
        self.init(shape: shape, floats: Floats(values))
    }

    /// One value everywhere.
    public init(repeating value: Float, shape: [Int]) {
        self.init(shape: shape, floats: Floats(repeating: value, count: shape.reduce(1, *)))
    }

    /// A tensor of no dimensions.
    public init(_ scalar: Float) {
        self.init(shape: [], values: [scalar])
    }

    /// How many elements there are.
    public var count: Int { floats.count }

    /// The elements in row-major order.
    public var values: [Float] { floats.array }

    /// The only element.
    ///
    /// - Precondition: there is exactly one.
    public var scalar: Float {
        precondition(count == 1, "a tensor of shape \(shape) is no scalar")
        return floats[0]
    }

    /// The same elements in another shape.
    ///
    /// - Precondition: the shape holds as many.
    public func reshaped(_ shape: [Int]) -> Tensor {
        Tensor(shape: shape, floats: floats)
    }

    /// The rows of a range of the first dimension, on the same memory.
    public func rows(_ range: Range<Int>) -> Tensor {
        let width = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(),
            floats: floats[range.lowerBound * width..<range.upperBound * width])
    }

    /// Tensors one after another along the first dimension.
    ///
    /// - Precondition: their shapes agree in all other dimensions, and there is at least one.
    public static func concatenating(_ parts: [Tensor]) -> Tensor {
        if parts.count == 1 { return parts[0] }
        let tail = parts[0].shape.dropFirst()
        precondition(parts.allSatisfy { $0.shape.dropFirst() == tail }, "shapes differ")
        var floats = Floats(uninitialized: parts.reduce(0) { $0 + $1.count })
        var start = 0
        for part in parts {
            floats.replace(at: start, with: part.floats)
            start += part.count
        }
        return Tensor(shape: [parts.reduce(0) { $0 + $1.shape[0] }] + tail, floats: floats)
    }

    /// The index of the first largest element of each row along the last dimension.
    public var argmax: [Int] { Kernels.argmax(floats, width: shape.last ?? 1) }

    /// Whether every element is a finite number.
    public var isFinite: Bool { Kernels.isFinite(floats) }

    /// The sum of squares.
    public var sumOfSquares: Double { Kernels.sumOfSquares(floats) }

    /// Adds `other` times a factor, in place where nobody else holds this memory.
    public mutating func add(_ other: Tensor, times factor: Float = 1) {
        precondition(shape == other.shape, "shapes \(shape) and \(other.shape) differ")
        Kernels.add(other.floats, times: factor, to: &floats)
    }

    /// Changes the elements through a kernel.
    public mutating func update<Result>(_ body: (inout Floats) -> Result) -> Result {
        body(&floats)
    }
}
