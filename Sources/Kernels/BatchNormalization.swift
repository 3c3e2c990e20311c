import Loops

extension Kernels {
    /// What a batch normalization found in its batch, for each channel.
    public struct BatchMoments: Sendable {
        /// The mean over all rows.
        public var mean: [Float]
        /// The biased variance, over all rows.
        public var variance: [Float]

        /// Moments that were found elsewhere, such as running ones.
        public init(mean: [Float], variance: [Float]) {
            self.mean = mean
            self.variance = variance
        }
    }

    /// Mean and biased variance of each channel. x: rows × channels.
    ///
    /// Each piece of rows is centred on its own mean, and the pieces are combined in double
    /// precision (Chan, Golub and LeVeque 1983), so that memory is read once.
    public static func batchMoments(_ x: Floats, channels: Int) -> BatchMoments {
        let rows = ChannelRows(x, channels)
        let source = x.pointer
        return FloatBlock.lend(rows.pieces * 2 * rows.width) { found in
            rows.forEachPiece { piece, floats in
                let mean = found + piece * 2 * rows.width
                loops.moments(
                    source, floats: floats, width: rows.width, mean: mean,
                    squares: mean + rows.width)
            }
            return rows.moments(found, pieces: rows.pieces) { rows.floats(of: $0).count }
        }
    }

    /// y = scale·(x − mean) + shift for each channel, plus `residual`, and rectified where asked.
    ///
    /// x, residual: rows × channels.
    public static func affine(
        _ x: Floats, mean: [Float], scale: [Float], shift: [Float], residual: Floats? = nil,
        isRectified: Bool = false
    ) -> Floats {
        let channels = scale.count
        let rows = ChannelRows(x, channels)
        precondition(shift.count == channels && mean.count == channels, "one for each channel")
        precondition(residual == nil || residual?.count == x.count, "sizes differ")
        var y = Floats(uninitialized: x.count)
        let (mean, scale, shift) = (rows.wide(mean), rows.wide(scale), rows.wide(shift))
        let map = ChannelMap(
            x: x.pointer, y: y.mutablePointer(), width: rows.width, mean: mean.pointer,
            scale: scale.pointer, shift: shift.pointer, residual: residual?.pointer,
            isRectified: isRectified)
        rows.forEachPiece { _, floats in loops.affine(map, floats: floats) }
        withExtendedLifetime((mean, scale, shift)) {}
        return y
    }

    /// Where a gradient passes on its way back through
    /// ``affine(_:mean:scale:shift:residual:isRectified:)``.
    public enum GradientMask: Sendable {
        /// The gradient passes everywhere.
        case everywhere
        /// Where scale·(x − mean) + shift was positive.
        case byInput(scale: [Float], shift: [Float])
        /// Where the output was positive.
        case byOutput(Floats)
    }

    /// How the gradient of a channel follows from its sums: d = a·g + b·(x − mean) + c.
    public struct ChannelFactors: Sendable {
        /// The factor of the gradient that passes.
        public var a: [Float]
        /// The factor of x − mean.
        public var b: [Float]
        /// What is added.
        public var c: [Float]

        /// One of each for every channel.
        public init(a: [Float], b: [Float], c: [Float]) {
            self.a = a
            self.b = b
            self.c = c
        }
    }

    /// The sum of each column. x: rows × columns.
    public static func columnSums(_ x: Floats, columns: Int) -> Floats {
        let (rows, source) = (ChannelRows(x, columns), x.pointer)
        return Floats(
            pieceSums(rows, arrays: 1) {
                loops.sums(source, floats: $0, width: rows.width, into: $1)
            }[0])
    }

    /// Sums of each channel over pieces of rows, added in double precision in the pieces' order.
    static func pieceSums(
        _ rows: ChannelRows, arrays: Int, _ sums: (Range<Int>, Pointer) -> Void
    ) -> [[Float]] {
        let step = arrays * rows.width
        return FloatBlock.lend(rows.pieces * step) { partial in
            rows.forEachPiece { piece, floats in sums(floats, partial + piece * step) }
            return (0..<arrays).map { array in
                (0..<rows.channels).map { channel in
                    var total = 0.0
                    for piece in 0..<rows.pieces {
                        let values = partial + piece * step + array * rows.width
                        for column in stride(from: channel, to: rows.width, by: rows.channels) {
                            total += Double(values[column])
                        }
                    }
                    return Float(total)
                }
            }
        }
    }

    static func rowCount(_ x: Floats, _ channels: Int) -> Int {
        precondition(channels > 0 && x.count.isMultiple(of: channels), "rows do not fill memory")
        return x.count / channels
    }
}

/// Rows × channels seen as fewer, wider rows, so that few channels fill vectors and their sums do
/// not wait for one another; in pieces that stay in the first cache, fixed by the shape alone.
struct ChannelRows {
    let channels: Int
    /// Columns: the channels, as often as rows are joined.
    let width: Int
    let pieces: Int
    private let count: Int
    private let rows: Int

    init(_ x: Floats, _ channels: Int) {
        precondition(channels > 0 && x.count.isMultiple(of: channels), "rows do not fill memory")
        self.init(rows: x.count / channels, channels, joined: max(1, 64 / channels))
    }

    /// The output of a convolution, of which every image begins with a row.
    init(_ s: ConvolutionShape) {
        let most = max(1, 64 / s.filters)
        let joined = (1...most).last { s.outputPlane.isMultiple(of: $0) } ?? 1
        self.init(rows: s.batch * s.outputPlane, s.filters, joined: joined)
    }

    /// - Parameter joined: how many rows make a wide one.
    private init(rows: Int, _ channels: Int, joined: Int) {
        self.channels = channels
        width = channels * joined
        count = rows * channels
        self.rows = (count + width - 1) / width
        let size = max(8, 8192 / width)
        pieces = max(1, (self.rows + size - 1) / size)
    }

    func floats(of piece: Int) -> Range<Int> {
        piece * rows / pieces * width..<min(count, (piece + 1) * rows / pieces * width)
    }

    /// Combines what the loops found in each piece: a mean and a sum of squares for each column.
    func moments(
        _ found: Pointer, pieces: Int, floats: (_ piece: Int) -> Int
    ) -> Kernels.BatchMoments {
        var moments = Kernels.BatchMoments(mean: [], variance: [])
        for channel in 0..<channels {
            var (mean, squares, count) = (0.0, 0.0, 0.0)
            for piece in 0..<pieces {
                let floats = floats(piece)
                for column in stride(from: channel, to: min(width, floats), by: channels) {
                    let values = found + piece * 2 * width + column
                    let size = Double((floats - column + width - 1) / width)
                    let difference = Double(values[0]) - mean
                    count += size
                    mean += difference * size / count
                    squares +=
                        Double(values[width])
                        + difference * difference * size * (count - size) / count
                }
            }
            moments.mean.append(Float(mean))
            moments.variance.append(Float(squares / count))
        }
        return moments
    }

    /// A value for each channel, repeated for each column.
    func wide(_ values: [Float]) -> Floats {
        Floats((0..<width).map { values[$0 % channels] })
    }

    /// Calls `body` with each piece, on any thread.
    func forEachPiece(_ body: (_ piece: Int, _ floats: Range<Int>) -> Void) {
        Parallel.forRanges(pieces, size: 16) { part in
            for piece in part { body(piece, floats(of: piece)) }
        }
    }
}
