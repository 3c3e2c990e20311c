import Loops
import LoopsAVX2
import LoopsAVX512

/// The numeric loops of the engine. Each checks the sizes that it is given before it touches memory.
///
/// Shapes in comments are row-major. Images are N×H×W×C where the channels' loops are the inner ones.
public enum Kernels {
    /// The loops for the processor's vectors.
    static let loops: any Loops.Type =
        switch Processor.vectors {
        case .avx2: LoopsAVX2.VectorLoops.self
        case .avx512: LoopsAVX512.VectorLoops.self
        }

    typealias Lanes = SIMD8<Float>

    /// Elements that one piece of an elementwise loop covers.
    static let elementwisePiece = 1 << 16

    @inline(__always)
    static func load(_ pointer: Pointer) -> Lanes {
        UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
    }

    @inline(__always)
    static func store(_ lanes: Lanes, _ pointer: Pointer) {
        UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: Lanes.self)
    }

    /// Sums `count` terms given eight at a time and one at a time, always in the same order.
    @inline(__always)
    static func sum(
        _ count: Int, _ eight: (Int) -> Lanes, _ one: (Int) -> Float
    ) -> Float {
        var a = Lanes.zero
        var b = Lanes.zero
        var i = 0
        while i + 16 <= count {
            a += eight(i)
            b += eight(i + 8)
            i += 16
        }
        var total = (a + b).sum()
        while i < count {
            total += one(i)
            i += 1
        }
        return total
    }

    /// The sum of `count` floats.
    @inline(__always)
    static func sum(_ x: Pointer, _ count: Int) -> Float {
        sum(count, { load(x + $0) }, { x[$0] })
    }
}
