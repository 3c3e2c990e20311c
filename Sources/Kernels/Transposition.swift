extension Kernels {
    /// Images N×C×H×W as N×H×W×C.
    public static func channelsLast(_ x: Floats, images: Int, channels: Int) -> Floats {
        transposedPlanes(
            x, planes: images, rows: channels, columns: x.count / max(1, images * channels))
    }

    /// Images N×H×W×C as N×C×H×W.
    public static func channelsFirst(_ x: Floats, images: Int, channels: Int) -> Floats {
        transposedPlanes(
            x, planes: images, rows: x.count / max(1, images * channels), columns: channels)
    }

    static func transposed(_ x: Floats, rows: Int, columns: Int) -> Floats {
        transposedPlanes(x, planes: 1, rows: rows, columns: columns)
    }

    /// The transpose of each matrix: planes × rows × columns to planes × columns × rows.
    static func transposedPlanes(_ x: Floats, planes: Int, rows: Int, columns: Int) -> Floats {
        precondition(x.count == planes * rows * columns, "matrices do not fill their memory")
        if rows == 1 || columns == 1 { return x }
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(planes, size: 8) { part in
            for plane in part {
                let (from, to) = (source + plane * rows * columns, target + plane * rows * columns)
                for first in stride(from: 0, to: rows, by: 16) {
                    let block = first..<min(rows, first + 16)
                    for column in 0..<columns {
                        for row in block { to[column * rows + row] = from[row * columns + column] }
                    }
                }
            }
        }
        return y
    }
}
