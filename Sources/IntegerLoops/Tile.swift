import CProcessor
import Loops

/// A window's quads for some output pixels, and where their sums go.
struct TileWork {
    /// Where the window of each pixel begins, in bytes.
    let windows: UnsafePointer<Int>
    /// The first line of the images.
    let input: UnsafeRawPointer
    /// The weights of the panel.
    let weights: UnsafeRawPointer
    /// From one panel's weights to the next one's, in bytes.
    let panelBytes: Int
    let lines: Int
    let lineBytes: Int
    let quads: Int
    /// What the sums begin with, by filter.
    let start: UnsafeRawPointer
    /// Pixels × 16, and behind them those of the second panel.
    let sums: UnsafeMutableRawPointer
}

/// The sums of ``tilePixels`` pixels in a panel. They stay in registers until the end: inlined into
/// its callers, the compiler would keep them in memory.
@inline(never)
func tile(_ t: TileWork) {
    tile(t) { cohort_dot_bytes($0, $1, $2) }
}

/// The same where ``IntegerCorrelation/isNarrow``.
@inline(never)
func narrowTile(_ t: TileWork) {
    tile(t) { cohort_dot_narrow_bytes($0, $1, $2) }
}

/// The sums of ``pairPixels`` pixels in two panels.
@inline(never)
func pair(_ t: TileWork) {
    pair(t) { cohort_dot_bytes($0, $1, $2) }
}

/// The same where ``IntegerCorrelation/isNarrow``.
@inline(never)
func narrowPair(_ t: TileWork) {
    pair(t) { cohort_dot_narrow_bytes($0, $1, $2) }
}

@inline(__always)
private func tile(_ t: TileWork, _ dot: (Sums, Sums, Sums) -> Sums) {
    var sums = TileSums(repeating: loadSums(t.start))
    var windows = TileWindows(repeating: 0)
    for row in 0..<tilePixels { windows[row] = t.windows[row] }
    var weights = t.weights
    for line in 0..<t.lines {
        var input = t.input + line * t.lineBytes
        for _ in 0..<t.quads {
            let w = loadSums(weights)
            for row in 0..<tilePixels {
                sums[row] = dot(sums[row], broadcast(input + windows[row]), w)
            }
            weights += panelQuad
            input += IntegerLayout.quad
        }
    }
    for row in 0..<tilePixels { store(sums[row], t.sums + row * panelQuad) }
}

@inline(__always)
private func pair(_ t: TileWork, _ dot: (Sums, Sums, Sums) -> Sums) {
    var left = PairSums(repeating: loadSums(t.start))
    var right = PairSums(repeating: loadSums(t.start + panelQuad))
    var windows = PairWindows(repeating: 0)
    for row in 0..<pairPixels { windows[row] = t.windows[row] }
    var weights = t.weights
    for line in 0..<t.lines {
        var input = t.input + line * t.lineBytes
        for _ in 0..<t.quads {
            let (u, v) = (loadSums(weights), loadSums(weights + t.panelBytes))
            for row in 0..<pairPixels {
                let x = broadcast(input + windows[row])
                left[row] = dot(left[row], x, u)
                right[row] = dot(right[row], x, v)
            }
            weights += panelQuad
            input += IntegerLayout.quad
        }
    }
    for row in 0..<pairPixels {
        store(left[row], t.sums + row * panelQuad)
        store(right[row], t.sums + (pairPixels + row) * panelQuad)
    }
}

/// The bytes of a quad of all filters of a panel; a panel's sums are as many.
private let panelQuad = Layout.panel * IntegerLayout.quad

@inline(__always)
private func broadcast(_ pointer: UnsafeRawPointer) -> Sums {
    Sums(repeating: pointer.loadUnaligned(as: Int32.self))
}

@inline(__always)
private func store(_ sums: Sums, _ pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: sums, as: Sums.self)
}
