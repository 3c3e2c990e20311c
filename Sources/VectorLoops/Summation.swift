import Loops

/// Sums `count` terms given eight at a time and one at a time, always in the same order.
@inline(__always)
private func total(_ count: Int, _ eight: (Int) -> HalfVector, _ one: (Int) -> Float) -> Float {
    var (a, b) = (HalfVector.zero, HalfVector.zero)
    var i = 0
    while i + 16 <= count {
        a += eight(i)
        b += eight(i + 8)
        i += 16
    }
    let lanes = a + b
    var total = lanes[0]
    for lane in 1..<8 { total += lanes[lane] }
    while i < count {
        total += one(i)
        i += 1
    }
    return total
}

/// The sum of `count` floats.
@inline(__always)
func total(_ x: Pointer, _ count: Int) -> Float {
    total(count, { load8(x + $0) }, { x[$0] })
}

extension VectorLoops {
    /// Eight lanes and their sum from the first to the last.
    public static func sum(_ x: Pointer, count: Int) -> Float {
        total(x, count)
    }

    /// Added up as ``sum(_:count:)`` does.
    public static func sumOfSquares(_ x: Pointer, count: Int) -> Float {
        total(
            count,
            {
                let v = load8(x + $0)
                return v * v
            },
            { x[$0] * x[$0] })
    }

    /// Whether every element is a finite number; what lies behind the last is passed over.
    public static func areFinite(_ x: Pointer, count: Int) -> Bool {
        var zeros = Vector.zero
        forEachVector(count) { place, lanes in
            // Times 0, what is not finite is not a number, and stays so in a sum.
            zeros += first(lanes, of: load(x + place)) * 0
        }
        return laneSum(zeros) == 0
    }

    /// Sets the distances of some rows from every row before them, and the same in the other
    /// triangle.
    public static func rowDistances(
        _ x: Pointer, rows: Range<Int>, of count: Int, width: Int, into y: Pointer
    ) {
        for i in rows {
            for j in 0..<i {
                let squared = squaredDistance(x + i * width, x + j * width, width)
                y[i * count + j] = squared.squareRoot()
                y[j * count + i] = y[i * count + j]
            }
        }
    }

    @inline(__always)
    private static func squaredDistance(_ a: Pointer, _ b: Pointer, _ count: Int) -> Float {
        total(
            count,
            {
                let difference = load8(a + $0) - load8(b + $0)
                return difference * difference
            },
            { (a[$0] - b[$0]) * (a[$0] - b[$0]) })
    }
}
