import Loops

extension VectorLoops {
    /// c = f(a, b) for neighbouring elements.
    public static func combine(
        _ f: PairFunction, _ a: Pointer, _ b: Pointer, into c: Pointer, count: Int
    ) {
        combine(f, a, 1, b, 1, into: c, count)
    }

    /// c = f(a, b) in some rows; c is row-major.
    public static func combine(
        _ f: PairFunction, _ walk: StridedRows, _ a: Pointer, _ b: Pointer, into c: Pointer,
        rows: Range<Int>
    ) {
        forEachRow(walk, rows) { row, i, j in
            combine(
                f, a + i, walk.firstStep, b + j, walk.secondStep, into: c + row * walk.width,
                walk.width)
        }
    }

    /// y = x in some rows; y is row-major.
    public static func gather(
        _ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>
    ) {
        forEachRow(walk, rows) { row, i, _ in
            let (source, target) = (x + i, y + row * walk.width)
            for k in 0..<walk.width { target[k] = source[k * walk.firstStep] }
        }
    }

    /// Adds some rows of x, which is row-major, to the elements of y on which they fall.
    public static func scatterSum(
        _ walk: StridedRows, _ x: Pointer, into y: Pointer, rows: Range<Int>
    ) {
        forEachRow(walk, rows) { row, i, _ in
            let (source, target) = (x + row * walk.width, y + i)
            if walk.firstStep == 0 {
                target[0] += total(source, walk.width)
            } else {
                for k in 0..<walk.width { target[k * walk.firstStep] += source[k] }
            }
        }
    }

    @inline(__always)
    private static func combine(
        _ f: PairFunction, _ a: Pointer, _ aStep: Int, _ b: Pointer, _ bStep: Int,
        into c: Pointer, _ count: Int
    ) {
        @inline(__always)
        func each(_ f: (Float, Float) -> Float) {
            switch (aStep, bStep) {
            case (1, 1): for i in 0..<count { c[i] = f(a[i], b[i]) }
            case (1, 0):
                let y = b[0]
                for i in 0..<count { c[i] = f(a[i], y) }
            case (0, 1):
                let x = a[0]
                for i in 0..<count { c[i] = f(x, b[i]) }
            default: for i in 0..<count { c[i] = f(a[i * aStep], b[i * bStep]) }
            }
        }
        switch f {
        case .add: each { $0 + $1 }
        case .subtract: each { $0 - $1 }
        case .multiply: each { $0 * $1 }
        case .divide: each { $0 / $1 }
        case .maximum: each { max($0, $1) }
        }
    }

    /// Calls `body` with the number of each row and its start in both arrays.
    @inline(__always)
    private static func forEachRow(
        _ walk: StridedRows, _ rows: Range<Int>, _ body: (_ row: Int, _ i: Int, _ j: Int) -> Void
    ) {
        let outer = walk.dimensions
        withUnsafeTemporaryAllocation(of: Int.self, capacity: outer + 1) { index in
            var (i, j, rest) = (0, 0, rows.lowerBound)
            for d in (0..<outer).reversed() {
                let next = rest / walk.extents[d]
                index[d] = rest - next * walk.extents[d]
                rest = next
                i += index[d] * walk.firstSteps[d]
                j += index[d] * walk.secondSteps[d]
            }
            for row in rows {
                body(row, i, j)
                var d = outer - 1
                while d >= 0 {
                    index[d] += 1
                    i += walk.firstSteps[d]
                    j += walk.secondSteps[d]
                    if index[d] < walk.extents[d] { break }
                    i -= walk.firstSteps[d] * walk.extents[d]
                    j -= walk.secondSteps[d] * walk.extents[d]
                    index[d] = 0
                    d -= 1
                }
            }
        }
    }
}
