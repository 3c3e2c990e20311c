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

    /// The transpose of a matrix. x: rows × columns.
    public static func transposed(_ x: Floats, rows: Int, columns: Int) -> Floats {
        transposedPlanes(x, planes: 1, rows: rows, columns: columns)
    }

    /// The transpose of each matrix: planes × rows × columns to planes × columns × rows.
    static func transposedPlanes(_ x: Floats, planes: Int, rows: Int, columns: Int) -> Floats {
        precondition(planes >= 0 && rows >= 0 && columns >= 0, "a negative extent")
        precondition(x.count == planes * rows * columns, "matrices do not fill their memory")
        if rows == 1 || columns == 1 { return x }
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(planes, size: 8) { part in
            loops.transposePlanes(source, planes: part, rows: rows, columns: columns, into: target)
        }
        return y
    }
}
