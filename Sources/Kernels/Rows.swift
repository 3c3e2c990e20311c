import Loops

extension Kernels {
    /// Rows by their numbers, in the order asked for; a row may be asked for twice. x: rows × width.
    public static func rows(_ x: Floats, width: Int, at numbers: [Int]) -> Floats {
        precondition(numbers.allSatisfy { $0 >= 0 && ($0 + 1) * width <= x.count }, "no such row")
        var y = Floats(uninitialized: numbers.count * width)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(numbers.count, size: max(1, elementwisePiece / max(1, width))) { part in
            for place in part {
                (target + place * width)
                    .update(from: source + numbers[place] * width, count: width)
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
        precondition(numbers.allSatisfy { $0 >= 0 && ($0 + 1) * width <= count }, "no such row")
        precondition(g.count == numbers.count * width, "sizes do not fit")
        var d = Floats(repeating: 0, count: count)
        let (source, target) = (g.pointer, d.mutablePointer())
        for (place, row) in numbers.enumerated() {
            for k in 0..<width { target[row * width + k] += source[place * width + k] }
        }
        return d
    }

    /// The Euclidean distance of every row from every other, rows × rows. x: rows × width.
    ///
    /// Differences are squared one by one: ‖a‖² + ‖b‖² − 2a·b would lose close rows to rounding.
    public static func rowDistances(_ x: Floats, rows: Int) -> Floats {
        precondition(rows > 0 && x.count.isMultiple(of: rows), "rows do not fill their memory")
        var y = Floats(repeating: 0, count: rows * rows)
        let (source, target, width) = (x.pointer, y.mutablePointer(), x.count / rows)
        Parallel.forRanges(rows, size: 8) { part in
            for i in part {
                for j in 0..<i {
                    let squared = squaredDistance(source + i * width, source + j * width, width)
                    target[i * rows + j] = squared.squareRoot()
                    target[j * rows + i] = target[i * rows + j]
                }
            }
        }
        return y
    }

    private static func squaredDistance(_ a: Pointer, _ b: Pointer, _ count: Int) -> Float {
        sum(
            count,
            {
                let difference = load(a + $0) - load(b + $0)
                return difference * difference
            },
            { (a[$0] - b[$0]) * (a[$0] - b[$0]) })
    }
}
