import Loops

/// A function of two numbers, applied to pairs of elements.
public enum BinaryOperation: Sendable {
    case add
    case subtract
    case multiply
    case divide
    case maximum

    @inline(__always)
    fileprivate func apply(
        _ a: Pointer, _ aStep: Int, _ b: Pointer, _ bStep: Int,
        _ c: Pointer, _ count: Int
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
        switch self {
        case .add: each { $0 + $1 }
        case .subtract: each { $0 - $1 }
        case .multiply: each { $0 * $1 }
        case .divide: each { $0 / $1 }
        case .maximum: each { max($0, $1) }
        }
    }
}

/// Memory seen as an array of some shape: a step of 0 repeats the elements along a dimension.
public struct Strided {
    let floats: Floats
    let steps: [Int]

    /// - Precondition: the furthest element that `steps` reach within `shape` lies in the memory.
    public init(_ floats: Floats, steps: [Int], within shape: [Int]) {
        precondition(steps.count == shape.count && steps.allSatisfy { $0 >= 0 })
        let last = zip(steps, shape).reduce(0) { $0 + $1.0 * max(0, $1.1 - 1) }
        precondition(shape.contains(0) || last < floats.count, "strided view out of bounds")
        self.floats = floats
        self.steps = steps
    }
}

extension Kernels {
    /// f(a, b) for every pair of elements.
    public static func apply(_ operation: BinaryOperation, _ a: Floats, _ b: Floats) -> Floats {
        precondition(a.count == b.count, "sizes differ")
        var c = Floats(uninitialized: a.count)
        let (x, y, target) = (a.pointer, b.pointer, c.mutablePointer())
        Parallel.forRanges(c.count, size: elementwisePiece) { part in
            let i = part.lowerBound
            operation.apply(x + i, 1, y + i, 1, target + i, part.count)
        }
        return c
    }

    /// f(a, b) for every position of `shape`, row-major.
    public static func apply(
        _ operation: BinaryOperation, _ a: Strided, _ b: Strided, shape: [Int]
    ) -> Floats {
        var c = Floats(uninitialized: shape.reduce(1, *))
        guard c.count > 0 else { return c }
        let target = c.mutablePointer()
        let (x, y) = (a.floats.pointer, b.floats.pointer)
        let width = shape.last ?? 1
        forRowRanges(shape) { rows in
            forEachRow(shape, a.steps, b.steps, rows) { row, i, j in
                operation.apply(
                    x + i, a.steps.last ?? 0, y + j, b.steps.last ?? 0, target + row * width,
                    width)
            }
        }
        return c
    }

    /// Adds up every element of x that falls on the same element of the result, in row-major order.
    ///
    /// - Parameter steps: the result's steps within `shape`, 0 along summed dimensions.
    public static func sum(_ x: Floats, shape: [Int], steps: [Int], count: Int) -> Floats {
        precondition(x.count == shape.reduce(1, *), "shape does not fill its memory")
        if x.count > 0, sumsLeadingDimensions(shape, steps, count) {
            return columnSums(x, columns: count)
        }
        var y = Floats(repeating: 0, count: count)
        _ = Strided(y, steps: steps, within: shape)
        guard x.count > 0 else { return y }
        let (source, target) = (x.pointer, y.mutablePointer())
        let width = shape.last ?? 1
        let rowStep = steps.last ?? 0
        // Entries of a first dimension that remains fall on elements of their own.
        let entries = shape.count > 1 && steps[0] > 0 ? shape[0] : 1
        let rows = x.count / width / entries
        Parallel.forRanges(entries, size: max(1, elementwisePiece / (rows * width))) { part in
            let range = part.lowerBound * rows..<part.upperBound * rows
            forEachRow(shape, steps, steps, range) { row, i, _ in
                let values = source + row * width
                if rowStep == 0 {
                    target[i] += sum(values, width)
                } else {
                    for k in 0..<width { target[i + k * rowStep] += values[k] }
                }
            }
        }
        return y
    }

    /// Whether the first dimensions are summed and all others remain.
    private static func sumsLeadingDimensions(
        _ shape: [Int], _ steps: [Int], _ count: Int
    ) -> Bool {
        let leading = steps.prefix { $0 == 0 }.count
        guard leading > 0, leading < shape.count else { return false }
        var step = 1
        for axis in (leading..<shape.count).reversed() {
            guard steps[axis] == step || shape[axis] == 1 else { return false }
            step *= shape[axis]
        }
        return step == count
    }

    /// The elements in the order of a strided walk: transposition, repetition.
    public static func gather(_ x: Strided, shape: [Int]) -> Floats {
        var y = Floats(uninitialized: shape.reduce(1, *))
        guard y.count > 0 else { return y }
        let (source, target) = (x.floats.pointer, y.mutablePointer())
        let width = shape.last ?? 1
        let rowStep = x.steps.last ?? 0
        forRowRanges(shape) { rows in
            forEachRow(shape, x.steps, x.steps, rows) { row, i, _ in
                for k in 0..<width { target[row * width + k] = source[i + k * rowStep] }
            }
        }
        return y
    }

    /// Calls `body` with ranges of rows, which are all but the last dimension.
    private static func forRowRanges(_ shape: [Int], _ body: (Range<Int>) -> Void) {
        let width = max(1, shape.last ?? 1)
        Parallel.forRanges(
            shape.dropLast().reduce(1, *), size: max(1, elementwisePiece / width), body)
    }

    /// Walks over rows: their numbers and their starts in two strided views.
    private static func forEachRow(
        _ shape: [Int], _ a: [Int], _ b: [Int], _ rows: Range<Int>,
        _ body: (_ row: Int, _ i: Int, _ j: Int) -> Void
    ) {
        let outer = max(0, shape.count - 1)
        var index = [Int](repeating: 0, count: outer)
        var (i, j, rest) = (0, 0, rows.lowerBound)
        for d in (0..<outer).reversed() {
            (rest, index[d]) = rest.quotientAndRemainder(dividingBy: shape[d])
            i += index[d] * a[d]
            j += index[d] * b[d]
        }
        for row in rows {
            body(row, i, j)
            for d in stride(from: outer - 1, through: 0, by: -1) {
                index[d] += 1
                i += a[d]
                j += b[d]
                if index[d] < shape[d] { break }
                i -= a[d] * shape[d]
                j -= b[d] * shape[d]
                index[d] = 0
            }
        }
    }
}
