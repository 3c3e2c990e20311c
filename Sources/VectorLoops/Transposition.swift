import Loops

typealias HalfVector = SIMD8<Float>
private typealias Quarter = SIMD4<Float>

@inline(__always)
func load8(_ pointer: Pointer) -> HalfVector {
    UnsafeRawPointer(pointer).loadUnaligned(as: HalfVector.self)
}

@inline(__always)
func store(_ vector: HalfVector, _ pointer: Pointer) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: HalfVector.self)
}

/// target(k, r) = source(r, k): source(r, k) lies at `source + r·rowStep + k·columnStep`, target(k,
/// r) at `target + k·targetStep + r`.
@inline(never)
func transpose(
    _ source: Pointer, rows: Int, rowStep: Int, columns: Int, columnStep: Int,
    into target: Pointer, targetStep: Int
) {
    let (wholeRows, wholeColumns) = columnStep == 1 ? (rows & ~7, columns & ~3) : (0, 0)
    for r in stride(from: 0, to: wholeRows, by: 8) {
        let row = source + r * rowStep
        for k in stride(from: 0, to: wholeColumns, by: 4) {
            transposeBlock(row + k, rowStep, into: target + k * targetStep + r, targetStep)
        }
    }
    for r in 0..<rows {
        for k in (r < wholeRows ? wholeColumns : 0)..<columns {
            target[k * targetStep + r] = source[r * rowStep + k * columnStep]
        }
    }
}

/// Eight rows of four floats. A vector holds the same part of rows r and r + 4, so that no float
/// has to cross its middle.
@inline(__always)
private func transposeBlock(
    _ source: Pointer, _ step: Int, into target: Pointer, _ targetStep: Int
) {
    @inline(__always)
    func quarter(_ r: Int) -> Quarter {
        UnsafeRawPointer(source + r * step).loadUnaligned(as: Quarter.self)
    }
    @inline(__always)
    func rows(_ r: Int) -> HalfVector {
        HalfVector(lowHalf: quarter(r), highHalf: quarter(r + 4))
    }
    let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3))
    for k in 0..<4 {
        let column = HalfVector(
            a[k], b[k], c[k], d[k], a[4 + k], b[4 + k], c[4 + k], d[4 + k])
        store(column, target + k * targetStep)
    }
}
