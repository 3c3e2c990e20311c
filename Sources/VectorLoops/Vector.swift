import CProcessor
import Loops

typealias Vector = SIMD16<Float>

let width = Layout.panel

#if AVX512
    /// Rows of a tile: as many accumulators as leave registers for the operands.
    let tileRows = 12
    typealias Accumulators = InlineArray<12, Vector>
    typealias Offsets = InlineArray<12, Int>
    /// Rows of a tile whose left operand's lie side by side, so that none needs an offset.
    let columnRows = 16
    typealias ColumnAccumulators = InlineArray<16, Vector>
    /// Taps of a kernel whose sums are kept in registers.
    let tapsAtOnce = 9
    typealias Taps = InlineArray<9, Vector>
    typealias TapOffsets = InlineArray<9, Int>
#else
    let tileRows = 6
    typealias Accumulators = InlineArray<6, Vector>
    typealias Offsets = InlineArray<6, Int>
    let columnRows = 6
    typealias ColumnAccumulators = InlineArray<6, Vector>
    let tapsAtOnce = 3
    typealias Taps = InlineArray<3, Vector>
    typealias TapOffsets = InlineArray<3, Int>
#endif

/// The loops for the instruction set that this module is compiled for.
public enum VectorLoops: Loops {}

@inline(__always)
func load(_ pointer: Pointer) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@inline(__always)
func store(_ vector: Vector, _ pointer: Pointer) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// Stores the first lanes, at most a vector.
@inline(__always)
func store(_ vector: Vector, _ pointer: Pointer, first count: Int) {
    if count >= width {
        store(vector, pointer)
    } else {
        for lane in 0..<count { pointer[lane] = vector[lane] }
    }
}

/// Calls `body` for each vector of channels: its first channel, and how many of its lanes count.
@inline(__always)
func forEachVector(_ channels: Int, _ body: (_ channel: Int, _ lanes: Int) -> Void) {
    var channel = 0
    while channel < channels {
        body(channel, min(width, channels - channel))
        channel += width
    }
}

/// Asks for lines of memory that will be read soon.
@inline(__always)
func prefetch(_ pointer: Pointer, count: Int) {
    for place in stride(from: 0, to: count, by: width) { cohort_prefetch(pointer + place) }
}

/// Asks for lines of memory that will be written soon.
@inline(__always)
func prefetchToWrite(_ pointer: Pointer, count: Int) {
    for place in stride(from: 0, to: count, by: width) {
        cohort_prefetch_to_write(pointer + place)
    }
}
