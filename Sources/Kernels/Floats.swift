import Loops

/// A pooled block of floats; its address stays the same for its lifetime.
final class FloatBlock: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let capacity: Int

    init(_ count: Int) {
        capacity = FloatPool.capacity(for: count)
        base = FloatPool.shared.take(capacity)
    }

    deinit {
        FloatPool.shared.give(back: base, capacity: capacity)
    }

    /// Lends `body` a block for as long as it runs: a block whose address alone is still in use
    /// would go back to the pool.
    static func lend<Result>(
        _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
    ) -> Result {
        let block = FloatBlock(count)
        return withExtendedLifetime(block) { body(block.base) }
    }
}

/// A run of floats in pooled memory: the face that the engine sees of it.
///
/// Copies share their memory. Kernels write into a run through `inout` alone, and a run that others
/// share is copied first, so that runs behave as values.
public struct Floats: Sendable {
    private(set) var block: FloatBlock
    private(set) var offset: Int
    /// How many floats the run has.
    public private(set) var count: Int

    /// A run of undefined content.
    ///
    /// - Precondition: `count` is at least 0.
    public init(uninitialized count: Int) {
        precondition(count >= 0, "a run of \(count) floats")
        block = FloatBlock(count)
        offset = 0
        self.count = count
    }

    /// A run of one value.
    public init(repeating value: Float, count: Int) {
        self.init(uninitialized: count)
        pointer.update(repeating: value, count: count)
    }

    /// A run of given values.
    public init(_ values: [Float]) {
        self.init(uninitialized: values.count)
        values.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { pointer.update(from: base, count: count) }
        }
    }

    /// The content as an array.
    public var array: [Float] {
        Array(unsafeUninitializedCapacity: count) { target, initialized in
            if let base = target.baseAddress { base.initialize(from: pointer, count: count) }
            initialized = count
        }
    }

    /// A part of the run, on the same memory.
    ///
    /// - Precondition: the range lies within the run.
    public subscript(range: Range<Int>) -> Floats {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of bounds")
        var slice = self
        slice.offset += range.lowerBound
        slice.count = range.count
        return slice
    }

    /// Whether another run lies in memory that this one lies in, too.
    public func sharesMemory(with other: Floats) -> Bool { block === other.block }

    /// - Precondition: the index lies within the run.
    public subscript(index: Int) -> Float {
        precondition(index >= 0 && index < count, "index out of bounds")
        return pointer[index]
    }

    /// Overwrites the part that begins at `start` with `source`.
    public mutating func replace(at start: Int, with source: Floats) {
        precondition(start >= 0 && start + source.count <= count, "replacement out of bounds")
        mutablePointer().advanced(by: start).update(from: source.pointer, count: source.count)
    }

    /// Sets a part to one value.
    ///
    /// - Precondition: the range lies within the run.
    public mutating func fill(_ range: Range<Int>, with value: Float) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range out of bounds")
        mutablePointer().advanced(by: range.lowerBound)
            .update(repeating: value, count: range.count)
    }

    /// How often tensors have asked the system for memory since the process began.
    public static var systemAllocations: Int { FloatPool.shared.allocations }

    /// Where the run begins; valid while the run is alive.
    var pointer: UnsafeMutablePointer<Float> { block.base + offset }

    /// The beginning of memory that is this run's alone.
    mutating func mutablePointer() -> UnsafeMutablePointer<Float> {
        if !isKnownUniquelyReferenced(&block) {
            let copy = FloatBlock(count)
            copy.base.update(from: pointer, count: count)
            block = copy
            offset = 0
        }
        return pointer
    }

    /// Makes room for new content, while the old can be read: in the same place unless others share
    /// it, so that nothing is copied for being overwritten.
    mutating func rewrite(_ body: (_ old: Pointer, _ new: Pointer) -> Void) {
        var new = self
        if !isKnownUniquelyReferenced(&block) { new = Floats(uninitialized: count) }
        withExtendedLifetime(block) { body(pointer, new.pointer) }
        self = new
    }
}
