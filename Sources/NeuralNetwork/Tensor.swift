import Kernels

/// An array of 32-bit floats in pooled memory; a value.
///
/// Images N×C×H×W may lie in memory with their channels last, N×H×W×C, as convolutions leave them.
/// That is invisible but for `pixels`: ``floats`` and all that builds on it give the row-major
/// order.
public struct Tensor: Sendable {
    /// The extent of each dimension; none for a scalar.
    public let shape: [Int]
    private var memory: Floats
    private var hasChannelsLast: Bool

    /// - Precondition: `floats`, in row-major order, fill `shape`.
    public init(shape: [Int], floats: Floats) {
        self.init(shape: shape, memory: floats, hasChannelsLast: false)
    }

    /// - Precondition: `pixels`, N×H×W×C, fill images of `shape`, N×C×H×W.
    init(images shape: [Int], pixels: Floats) {
        precondition(shape.count == 4, "images are N×C×H×W, not \(shape)")
        let coincides = shape[1] == 1 || shape[2] * shape[3] == 1
        self.init(shape: shape, memory: pixels, hasChannelsLast: !coincides)
    }

    private init(shape: [Int], memory: Floats, hasChannelsLast: Bool) {
        precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == memory.count)
        self.shape = shape
        self.memory = memory
        self.hasChannelsLast = hasChannelsLast
    }

    /// The elements in row-major order.
    public var floats: Floats {
        hasChannelsLast
            ? Kernels.channelsFirst(memory, images: shape[0], channels: shape[1]) : memory
    }

    /// Whether another tensor's elements lie in the same memory.
    func sharesMemory(with other: Tensor) -> Bool { memory.sharesMemory(with: other.memory) }

    /// The elements of images N×C×H×W with the channels last: N×H×W×C.
    var pixels: Floats {
        hasChannelsLast
            ? memory : Kernels.channelsLast(memory, images: shape[0], channels: shape[1])
    }

    /// The result of a function of every element, which is given them as they lie in memory.
    func mapMemory(_ body: (Floats) -> Floats) -> Tensor {
        Tensor(shape: shape, memory: body(memory), hasChannelsLast: hasChannelsLast)
    }

    /// The elements in the order in which another tensor's lie in memory.
    ///
    /// - Precondition: the shapes are equal.
    func memory(as other: Tensor) -> Floats {
        precondition(shape == other.shape, "shapes \(shape) and \(other.shape) differ")
        return other.hasChannelsLast == hasChannelsLast
            ? memory : other.hasChannelsLast ? pixels : floats
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
    public var count: Int { memory.count }

    /// The elements in row-major order.
    public var values: [Float] { floats.array }

    /// The only element.
    ///
    /// - Precondition: there is exactly one.
    public var scalar: Float {
        precondition(count == 1, "a tensor of shape \(shape) is no scalar")
        return memory[0]
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
            memory: memory[range.lowerBound * width..<range.upperBound * width],
            hasChannelsLast: hasChannelsLast)
    }

    /// Tensors one after another along the first dimension.
    ///
    /// - Precondition: their shapes agree in all other dimensions, and there is at least one.
    public static func concatenating(_ parts: [Tensor]) -> Tensor {
        if parts.count == 1 { return parts[0] }
        let tail = parts[0].shape.dropFirst()
        precondition(parts.allSatisfy { $0.shape.dropFirst() == tail }, "shapes differ")
        let hasChannelsLast = parts[0].hasChannelsLast
        var memory = Floats(uninitialized: parts.reduce(0) { $0 + $1.count })
        var start = 0
        for part in parts {
            memory.replace(at: start, with: hasChannelsLast ? part.pixels : part.floats)
            start += part.count
        }
        return Tensor(
            shape: [parts.reduce(0) { $0 + $1.shape[0] }] + tail, memory: memory,
            hasChannelsLast: hasChannelsLast)
    }

    /// The index of the first largest element of each row along the last dimension.
    public var argmax: [Int] { Kernels.argmax(floats, width: shape.last ?? 1) }

    /// Whether every element is a finite number.
    public var isFinite: Bool { Kernels.isFinite(memory) }

    /// The sum of squares.
    public var sumOfSquares: Double { Kernels.sumOfSquares(floats) }

    /// Adds `other` times a factor, in place unless a copy shares this memory.
    public mutating func add(_ other: Tensor, times factor: Float = 1) {
        Kernels.add(other.memory(as: self), times: factor, to: &memory)
    }

    /// Changes the elements, in row-major order, through a kernel.
    public mutating func update<Result>(_ body: (inout Floats) -> Result) -> Result {
        if hasChannelsLast { (memory, hasChannelsLast) = (floats, false) }
        return body(&memory)
    }
}
