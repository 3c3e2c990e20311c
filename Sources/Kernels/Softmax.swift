import Loops

extension Kernels {
    /// The softmax of each row, shifted by the row's maximum. x: rows × width.
    public static func softmax(_ x: Floats, width: Int) -> Floats {
        forRows(x, width: width) { row, count, source, target in
            loops.softmax(source, scale: 1, target, logSums: nil, rows: count, width: width)
        }
    }

    /// The logarithm of each row's softmax, shifted by the row's maximum. x: rows × width.
    public static func logSoftmax(_ x: Floats, width: Int) -> Floats {
        let sums = logSums(x, width: width)
        let shifts = sums.pointer
        return withExtendedLifetime(sums) {
            forRows(x, width: width) { row, count, source, target in
                for i in 0..<count {
                    loops.map(
                        .affine(scale: 1, shift: -shifts[row + i]), source + i * width,
                        target + i * width, count: width)
                }
            }
        }
    }

    /// x less the largest element of its row. x: rows × width.
    public static func relativeToMaxima(_ x: Floats, width: Int) -> Floats {
        forRows(x, width: width) { row, count, source, target in
            loops.subtractMaxima(source, target, rows: count, width: width)
        }
    }

    /// log Σ eˣ of each row. x: rows × width.
    public static func logSums(_ x: Floats, width: Int) -> Floats {
        let rows = rowCount(x, width)
        var sums = Floats(uninitialized: rows)
        let (source, target) = (x.pointer, sums.mutablePointer())
        Parallel.forRanges(rows, size: rowPiece(width)) { part in
            let first = part.lowerBound
            loops.logSums(
                source + first * width, rows: part.count, width: width, into: target + first)
        }
        return sums
    }

    /// exp(x − s), one s for each row. x: rows × width.
    public static func exponentials(_ x: Floats, minus shifts: Floats, width: Int) -> Floats {
        precondition(shifts.count == rowCount(x, width), "one for each row")
        let s = shifts.pointer
        return forRows(x, width: width) { row, count, source, target in
            loops.exponentials(source, scale: 1, minus: s + row, target, rows: count, width: width)
        }
    }

    /// The gradient of the softmax y: y·(g − Σ g·y) in each row.
    public static func softmaxGradient(y: Floats, upstream g: Floats, width: Int) -> Floats {
        precondition(y.count == g.count, "sizes differ")
        let upstream = g.pointer
        return forRows(y, width: width) { row, count, y, d in
            loops.softmaxGradient(
                y: y, scale: 1, upstream: upstream + row * width, into: d, rows: count,
                width: width)
        }
    }

    /// The gradient of the log-softmax y: g − exp(y)·Σ g in each row.
    public static func logSoftmaxGradient(y: Floats, upstream g: Floats, width: Int) -> Floats {
        precondition(y.count == g.count, "sizes differ")
        let upstream = g.pointer
        return forRows(y, width: width) { row, count, y, d in
            loops.logSoftmaxGradient(
                y: y, upstream: upstream + row * width, into: d, rows: count, width: width)
        }
    }

    /// The index of the first largest element of each row. x: rows × width.
    public static func argmax(_ x: Floats, width: Int) -> [Int] {
        let source = x.pointer
        return (0..<rowCount(x, width)).map { row in
            let values = source + row * width
            var best = 0
            for place in 1..<max(1, width) where values[place] > values[best] { best = place }
            return best
        }
    }

    /// Rows of one piece of a loop over rows.
    static func rowPiece(_ width: Int) -> Int { max(1, elementwisePiece / 4 / width) }

    /// A result of x's size, from pieces of rows: the first row's number, how many there are, and
    /// where they lie.
    private static func forRows(
        _ x: Floats, width: Int,
        _ body: (_ row: Int, _ count: Int, _ x: Pointer, _ y: Pointer) -> Void
    ) -> Floats {
        let rows = rowCount(x, width)
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(rows, size: rowPiece(width)) { part in
            let start = part.lowerBound * width
            body(part.lowerBound, part.count, source + start, target + start)
        }
        return y
    }
}
