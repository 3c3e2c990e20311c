import Loops

extension Kernels {
    /// Rows by their numbers, in the order asked for; a row may be asked for twice. x: rows ×
    /// width.
    public static func rows(_ x: Floats, width: Int, at numbers: [Int]) -> Floats {
        check(numbers, width: width, of: x.count)
        var y = Floats(uninitialized: numbers.count * width)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(numbers.count, size: max(1, elementwisePiece / max(1, width))) { part in
            numbers.withUnsafeBufferPointer { numbers in
                guard let first = numbers.baseAddress else { return }
                loops.copyRows(source, numbers: first, width: width, places: part, into: target)
            }
        }
        return y
    }

    /// The gradient of ``rows(_:width:at:)``: each row is added to the one that it came from.
    ///
    /// - Parameter count: the elements of the array that rows were taken from.
    public static func rowsGradient(
        _ g: Floats, width: Int, at numbers: [Int], count: Int
    ) -> Floats {
        check(numbers, width: width, of: count)
        precondition(g.count == numbers.count * width, "sizes do not fit")
        var d = Floats(repeating: 0, count: count)
        let (source, target) = (g.pointer, d.mutablePointer())
        numbers.withUnsafeBufferPointer { numbers in
            guard let first = numbers.baseAddress else { return }
            loops.addRows(source, numbers: first, count: numbers.count, width: width, to: target)
        }
        return d
    }

    private static func check(_ numbers: [Int], width: Int, of count: Int) {
        precondition(width >= 0, "a negative width")
        let rows = width == 0 ? Int.max : count / width
        precondition(numbers.allSatisfy { $0 >= 0 && $0 < rows }, "no such row")
    }

    /// The Euclidean distance of every row from every other, rows × rows. x: rows × width.
    ///
    /// Differences are squared one by one: ‖a‖² + ‖b‖² − 2a·b would lose close rows to rounding.
    public static func rowDistances(_ x: Floats, rows: Int) -> Floats {
        precondition(rows > 0 && x.count.isMultiple(of: rows), "rows do not fill their memory")
        var y = Floats(repeating: 0, count: rows * rows)
        let (source, target, width) = (x.pointer, y.mutablePointer(), x.count / rows)
        Parallel.forRanges(rows, size: 8) { part in
            loops.rowDistances(source, rows: part, of: rows, width: width, into: target)
        }
        return y
    }
}
