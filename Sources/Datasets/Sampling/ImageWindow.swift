/// Which source row and column each pixel of one augmented image comes from.
struct ImageWindow: Sendable {
    private let channels: Int
    private let rows: [Int]
    private let columns: [Int]

    /// - Precondition: the draw's offsets are less than the image's height and width.
    init(shape: [Int], draw: Augmentation.Draw) {
        channels = shape[0]
        rows = (0..<shape[1]).map { Self.reflected($0 + draw.down, shape[1]) }
        columns = (0..<shape[2]).map { x in
            Self.reflected((draw.isMirrored ? shape[2] - 1 - x : x) + draw.right, shape[2])
        }
    }

    /// Copies an image of bytes, each turned into its channel's value of `table`.
    func copy(
        _ pixels: Span<UInt8>, at source: Int, by table: Span<Float>,
        to target: inout MutableSpan<Float>, at start: Int
    ) {
        let (rows, columns) = (rows.span, columns.span)
        var next = start
        for channel in 0..<channels {
            for y in rows.indices {
                let line = source + (channel * rows.count + rows[y]) * columns.count
                for x in columns.indices {
                    target[next] = table[channel << 8 | Int(pixels[line + columns[x]])]
                    next += 1
                }
            }
        }
    }

    /// Copies an image of floats, normalized.
    func copy(
        _ pixels: Span<Float>, at source: Int, by normalization: Normalization,
        to target: inout MutableSpan<Float>, at start: Int
    ) {
        let (rows, columns) = (rows.span, columns.span)
        var next = start
        for channel in 0..<channels {
            for y in rows.indices {
                let line = source + (channel * rows.count + rows[y]) * columns.count
                for x in columns.indices {
                    target[next] = normalization.apply(
                        Double(pixels[line + columns[x]]), channel: channel)
                    next += 1
                }
            }
        }
    }

    /// Reflection about the edge pixels: −1 is 1, and `length` is `length − 2`.
    private static func reflected(_ index: Int, _ length: Int) -> Int {
        index < 0 ? -index : index < length ? index : 2 * (length - 1) - index
    }
}
