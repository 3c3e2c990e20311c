import Loops

extension VectorLoops {
    /// Copies rows by their numbers, for some places of the result.
    public static func copyRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, width: Int, places: Range<Int>,
        into y: Pointer
    ) {
        for place in places {
            (y + place * width).update(from: x + numbers[place] * width, count: width)
        }
    }

    /// Adds each row to the one of its number.
    public static func addRows(
        _ x: Pointer, numbers: UnsafePointer<Int>, count: Int, width: Int, to y: Pointer
    ) {
        for place in 0..<count {
            let (source, target) = (x + place * width, y + numbers[place] * width)
            for k in 0..<width { target[k] += source[k] }
        }
    }

    /// factor·(p − q) in place of a softmax p, q = (1 − smoothing)·onehot(label) + smoothing /
    /// classes.
    public static func crossEntropyGradient(
        _ p: Pointer, labels: UnsafePointer<Int>, rows: Int, classes: Int, smoothing: Float,
        factor: Float
    ) {
        let spread = smoothing / Float(classes)
        for row in 0..<rows {
            let values = p + row * classes
            values[labels[row]] -= 1 - smoothing
            for i in 0..<classes { values[i] = factor * (values[i] - spread) }
        }
    }

    /// The transposes of some matrices: planes × rows × columns to planes × columns × rows.
    public static func transposePlanes(
        _ x: Pointer, planes: Range<Int>, rows: Int, columns: Int, into y: Pointer
    ) {
        for plane in planes {
            let (from, to) = (x + plane * rows * columns, y + plane * rows * columns)
            for first in stride(from: 0, to: columns, by: 128) {
                transpose(
                    from + first, rows: rows, rowStep: columns,
                    columns: min(128, columns - first), columnStep: 1, into: to + first * rows,
                    targetStep: rows)
            }
        }
    }
}
