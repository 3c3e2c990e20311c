import CProcessor
import Loops

typealias Vector = SIMD16<Float>
typealias Sums = SIMD16<Int32>

let width = Layout.panel

#if VNNI
    /// Pixels whose sums of one panel are kept in registers.
    let tilePixels = 12
    typealias TileSums = InlineArray<12, Sums>
    typealias TileWindows = InlineArray<12, Int>
    /// Pixels whose sums of two panels are.
    let pairPixels = 8
    typealias PairSums = InlineArray<8, Sums>
    typealias PairWindows = InlineArray<8, Int>
#else
    let tilePixels = 4
    typealias TileSums = InlineArray<4, Sums>
    typealias TileWindows = InlineArray<4, Int>
    let pairPixels = 2
    typealias PairSums = InlineArray<2, Sums>
    typealias PairWindows = InlineArray<2, Int>
#endif

/// The loops for the instruction set that this module is compiled for.
public enum IntegerVectorLoops: IntegerLoops {
    /// Adds 1.5 · 2²³, whose last bits then hold the number rounded to a whole one, halves to even.
    public static func quantize(
        _ levels: UniformLevels, _ x: Pointer, into y: Bytes, count: Int
    ) {
        let inverse = 1 / levels.scale
        let magic = Vector(repeating: 12_582_912)
        let lowest = Vector(repeating: levels.lowest)
        let highest = Vector(repeating: levels.highest)
        let zero = Sums(repeating: Int32(-levels.lowest))
        var place = 0
        while place < count {
            let u = UnsafeRawPointer(x + place).loadUnaligned(as: Vector.self) * inverse
            let raised = u.replacing(with: lowest, where: u .< lowest)
            let kept = raised.replacing(with: highest, where: raised .> highest)
            let codes = unsafeBitCast(kept + magic, to: Sums.self) &+ zero
            let bytes = SIMD16<UInt8>(truncatingIfNeeded: codes)
            if count - place >= width {
                UnsafeMutableRawPointer(y + place).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
            } else {
                for lane in 0..<count - place { y[place + lane] = bytes[lane] }
            }
            place += width
        }
    }
}

@inline(__always)
func loadSums(_ pointer: UnsafeRawPointer) -> Sums { pointer.loadUnaligned(as: Sums.self) }

extension IntegerCorrelation {
    /// Writes the outputs of a pixel's panel from its sums.
    @inline(__always)
    func finish(_ sums: Sums, pixel: Int, panel: Int) {
        let filter = panel * width
        let place = pixel * filters + filter
        let count = min(width, filters - filter)
        let scale = UnsafeRawPointer(scale + filter).loadUnaligned(as: Vector.self)
        let shift = UnsafeRawPointer(shift + filter).loadUnaligned(as: Vector.self)
        var y = shift.addingProduct(cohort_floats(sums), scale)
        if let residual {
            y += UnsafeRawPointer(residual + place).loadUnaligned(as: Vector.self)
        }
        if isRectified { y = y.replacing(with: Vector.zero, where: y .< Vector.zero) }
        if count >= width {
            UnsafeMutableRawPointer(output + place).storeBytes(of: y, as: Vector.self)
        } else {
            for lane in 0..<count { output[place + lane] = y[lane] }
        }
    }
}
