import Loops

/// A function of two numbers, applied to pairs of elements.
public typealias BinaryOperation = PairFunction

/// Memory seen as an array of some shape: a step of 0 repeats the elements along a dimension.
public struct Strided {
    let floats: Floats
    let steps: [Int]
    let shape: [Int]

    /// - Parameter steps: floats from one element to the next along each dimension of `shape`.
    /// - Precondition: the furthest element that `steps` reach within `shape` lies in the memory.
    public init(_ floats: Floats, steps: [Int], within shape: [Int]) {
        precondition(steps.count == shape.count, "a step for each dimension")
        precondition((steps + shape).allSatisfy { $0 >= 0 }, "a negative step or extent")
        let last = zip(steps, shape).reduce(0) { $0 + $1.0 * max(0, $1.1 - 1) }
        precondition(shape.contains(0) || last < floats.count, "strided view out of bounds")
        self.floats = floats
        self.steps = steps
        self.shape = shape
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
            loops.combine(operation, x + i, y + i, into: target + i, count: part.count)
        }
        return c
    }

    /// f(a, b) for every position of `shape`, row-major.
    public static func apply(
        _ operation: BinaryOperation, _ a: Strided, _ b: Strided, shape: [Int]
    ) -> Floats {
        precondition(a.shape == shape && b.shape == shape, "views of other shapes")
        var c = Floats(uninitialized: shape.reduce(1, *))
        guard c.count > 0 else { return c }
        let target = c.mutablePointer()
        let (x, y) = (a.floats.pointer, b.floats.pointer)
        forRowRanges(shape, a.steps, b.steps) { walk, rows in
            loops.combine(operation, walk, x, y, into: target, rows: rows)
        }
        return c
    }

    /// Adds up every element of x that falls on the same element of the result, in row-major order.
    ///
    /// - Parameter steps: the result's steps within `shape`, 0 along summed dimensions.
    public static func sum(_ x: Floats, shape: [Int], steps: [Int], count: Int) -> Floats {
        precondition(x.count == shape.reduce(1, *), "shape does not fill its memory")
        precondition(steps.count == shape.count, "a step for each dimension")
        if x.count > 0, sumsLeadingDimensions(shape, steps, count) {
            return columnSums(x, columns: count)
        }
        var y = Floats(repeating: 0, count: count)
        _ = Strided(y, steps: steps, within: shape)
        guard x.count > 0 else { return y }
        let (source, target) = (x.pointer, y.mutablePointer())
        let width = shape.last ?? 1
        // Entries of a first dimension that remains fall on elements of their own.
        let entries = shape.count > 1 && steps[0] > 0 ? shape[0] : 1
        let rows = x.count / width / entries
        withRows(shape, steps, steps) { walk in
            Parallel.forRanges(entries, size: max(1, elementwisePiece / (rows * width))) { part in
                loops.scatterSum(
                    walk, source, into: target,
                    rows: part.lowerBound * rows..<part.upperBound * rows)
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
        precondition(x.shape == shape, "a view of another shape")
        var y = Floats(uninitialized: shape.reduce(1, *))
        guard y.count > 0 else { return y }
        let (source, target) = (x.floats.pointer, y.mutablePointer())
        forRowRanges(shape, x.steps, x.steps) { walk, rows in
            loops.gather(walk, source, into: target, rows: rows)
        }
        return y
    }

    /// Calls `body` with ranges of rows, which are all but the last dimension.
    private static func forRowRanges(
        _ shape: [Int], _ a: [Int], _ b: [Int], _ body: (StridedRows, Range<Int>) -> Void
    ) {
        let width = max(1, shape.last ?? 1)
        withRows(shape, a, b) { walk in
            Parallel.forRanges(
                shape.dropLast().reduce(1, *), size: max(1, elementwisePiece / width)
            ) { rows in body(walk, rows) }
        }
    }

    /// Lends `body` the walk over two strided views of a shape.
    private static func withRows(
        _ shape: [Int], _ a: [Int], _ b: [Int], _ body: (StridedRows) -> Void
    ) {
        // A shape without dimensions is a row of one element.
        let (extents, first, second) = (shape + [1], a + [0], b + [0])
        extents.withUnsafeBufferPointer { extents in
            first.withUnsafeBufferPointer { first in
                second.withUnsafeBufferPointer { second in
                    guard let extents = extents.baseAddress, let first = first.baseAddress,
                        let second = second.baseAddress
                    else { return }
                    body(
                        StridedRows(
                            dimensions: max(0, shape.count - 1), extents: extents,
                            firstSteps: first, secondSteps: second, width: shape.last ?? 1,
                            firstStep: a.last ?? 0, secondStep: b.last ?? 0))
                }
            }
        }
    }
}
