import Loops

extension Kernels {
    /// What a batch normalization found in its batch, for each channel.
    public struct BatchMoments: Sendable {
        public var mean: [Float]
        /// The biased variance, over all rows.
        public var variance: [Float]

        public init(mean: [Float], variance: [Float]) {
            self.mean = mean
            self.variance = variance
        }
    }

    /// Mean and biased variance of each channel. x: rows × channels.
    ///
    /// Each piece of rows is centred on its own mean, and the pieces are combined in double precision
    /// (Chan, Golub and LeVeque 1983), so that memory is read once.
    public static func batchMoments(_ x: Floats, channels: Int) -> BatchMoments {
        let rows = WideRows(x, channels)
        let source = x.pointer
        var found = Floats(uninitialized: rows.pieces * 2 * rows.width)
        let target = found.mutablePointer()
        rows.forEachPiece { piece, floats in
            let sums = FloatBlock(2 * rows.width)
            loops.moments(
                source, floats: floats, width: rows.width, mean: sums.base,
                squares: sums.base + rows.width)
            (target + piece * 2 * rows.width).update(from: sums.base, count: 2 * rows.width)
        }
        var moments = BatchMoments(mean: [], variance: [])
        for channel in 0..<channels {
            var (mean, squares, count) = (0.0, 0.0, 0.0)
            for piece in 0..<rows.pieces {
                let floats = rows.floats(of: piece).count
                for column in stride(from: channel, to: min(rows.width, floats), by: channels) {
                    let values = target + piece * 2 * rows.width + column
                    let size = Double((floats - column + rows.width - 1) / rows.width)
                    let difference = Double(values[0]) - mean
                    count += size
                    mean += difference * size / count
                    squares +=
                        Double(values[rows.width])
                        + difference * difference * size * (count - size) / count
                }
            }
            moments.mean.append(Float(mean))
            moments.variance.append(Float(squares / count))
        }
        return moments
    }

    /// y = scale·(x − mean) + shift for each channel, plus `residual`, and rectified where asked.
    ///
    /// x, residual: rows × channels.
    public static func affine(
        _ x: Floats, mean: [Float], scale: [Float], shift: [Float], residual: Floats? = nil,
        isRectified: Bool = false
    ) -> Floats {
        let channels = scale.count
        let rows = WideRows(x, channels)
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

    /// Where a gradient passes on its way back through ``affine(_:mean:scale:shift:residual:isRectified:)``.
    public enum GradientMask: Sendable {
        case everywhere
        /// Where scale·(x − mean) + shift was positive.
        case byInput(scale: [Float], shift: [Float])
        /// Where the output was positive.
        case byOutput(Floats)
    }

    /// How the gradient of a channel follows from its sums: d = a·g + b·(x − mean) + c.
    public struct ChannelFactors: Sendable {
        public var a: [Float]
        public var b: [Float]
        public var c: [Float]

        public init(a: [Float], b: [Float], c: [Float]) {
            self.a = a
            self.b = b
            self.c = c
        }
    }

    /// The gradient of a normalization in its input, and for each channel Σ g and Σ g·(x − mean).
    ///
    /// - Parameters:
    ///   - g: rows × channels, as x.
    ///   - factors: made from the two sums.
    /// - Returns: also the gradient that passes the mask, where it is asked for and differs from g.
    public static func affineGradient(
        _ g: Floats, _ x: Floats, mean: [Float], mask: GradientMask, needsMasked: Bool,
        factors: (_ shift: [Float], _ scale: [Float]) -> ChannelFactors
    ) -> (input: Floats, masked: Floats?, shift: [Float], scale: [Float]) {
        let channels = mean.count
        let rows = WideRows(x, channels)
        precondition(g.count == x.count, "sizes differ")
        let (mean, none) = (rows.wide(mean), Floats(uninitialized: 0))
        let kept: [Floats]
        let loopMask: ChannelGradient.Mask
        switch mask {
        case .everywhere: (kept, loopMask) = ([], .everywhere)
        case .byInput(let scale, let shift):
            precondition(scale.count == channels && shift.count == channels, "sizes differ")
            kept = [rows.wide(scale), rows.wide(shift)]
            loopMask = .byInput(scale: kept[0].pointer, shift: kept[1].pointer)
        case .byOutput(let y):
            precondition(y.count == x.count, "sizes differ")
            (kept, loopMask) = ([y], .byOutput(y.pointer))
        }
        var gradient = ChannelGradient(
            g: g.pointer, x: x.pointer, width: rows.width, mean: mean.pointer, mask: loopMask,
            a: none.pointer, b: none.pointer, c: none.pointer, d: none.pointer, masked: nil)
        let sums = pieceSums(rows, arrays: 2) { floats, target in
            loops.gradientSums(gradient, floats: floats, into: target)
        }
        let (shift, scale) = (sums[0], sums[1])
        let f = factors(shift, scale)
        precondition(f.a.count == channels && f.b.count == channels && f.c.count == channels)
        let (a, b, c) = (rows.wide(f.a), rows.wide(f.b), rows.wide(f.c))
        var d = Floats(uninitialized: x.count)
        var masked = needsMasked ? Floats(uninitialized: x.count) : nil
        (gradient.a, gradient.b, gradient.c) = (a.pointer, b.pointer, c.pointer)
        (gradient.d, gradient.masked) = (d.mutablePointer(), masked?.mutablePointer())
        rows.forEachPiece { _, floats in loops.gradient(gradient, floats: floats) }
        withExtendedLifetime((kept, a, b, c, mean, none)) {}
        return (d, masked, shift, scale)
    }

    /// The sum of each column. x: rows × columns.
    public static func columnSums(_ x: Floats, columns: Int) -> Floats {
        let (rows, source) = (WideRows(x, columns), x.pointer)
        return Floats(
            pieceSums(rows, arrays: 1) {
                loops.sums(source, floats: $0, width: rows.width, into: $1)
            }[0])
    }

    /// Sums of each channel over pieces of rows, added in double precision in the pieces' order.
    private static func pieceSums(
        _ rows: WideRows, arrays: Int, _ sums: (Range<Int>, Pointer) -> Void
    ) -> [[Float]] {
        let step = arrays * rows.width
        var partial = Floats(uninitialized: rows.pieces * step)
        let target = partial.mutablePointer()
        rows.forEachPiece { piece, floats in
            let room = FloatBlock(step)
            sums(floats, room.base)
            (target + piece * step).update(from: room.base, count: step)
        }
        return (0..<arrays).map { array in
            (0..<rows.channels).map { channel in
                var total = 0.0
                for piece in 0..<rows.pieces {
                    let values = target + piece * step + array * rows.width
                    for column in stride(from: channel, to: rows.width, by: rows.channels) {
                        total += Double(values[column])
                    }
                }
                return Float(total)
            }
        }
    }

    static func rowCount(_ x: Floats, _ channels: Int) -> Int {
        precondition(channels > 0 && x.count.isMultiple(of: channels), "rows do not fill memory")
        return x.count / channels
    }
}

/// Rows × channels seen as fewer, wider rows, so that few channels fill vectors and their sums do not
/// wait for one another; in pieces that stay in the first cache, fixed by the shape alone.
private struct WideRows {
    let channels: Int
    /// Columns: the channels, as often as rows are joined.
    let width: Int
    let pieces: Int
    private let count: Int
    private let rows: Int

    init(_ x: Floats, _ channels: Int) {
        precondition(channels > 0 && x.count.isMultiple(of: channels), "rows do not fill memory")
        self.channels = channels
        width = channels * max(1, 64 / channels)
        count = x.count
        rows = (count + width - 1) / width
        let size = max(8, 8192 / width)
        pieces = max(1, (rows + size - 1) / size)
    }

    func floats(of piece: Int) -> Range<Int> {
        piece * rows / pieces * width..<min(count, (piece + 1) * rows / pieces * width)
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
