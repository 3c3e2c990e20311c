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
        let rows = rowCount(x, channels)
        let source = x.pointer
        let pieces = Pieces(rows, channels)
        var found = Floats(uninitialized: pieces.count * 2 * channels)
        let target = found.mutablePointer()
        pieces.forEach { piece, part in
            let mean = FloatBlock(2 * channels)
            loops.moments(
                source + part.lowerBound * channels, rows: part.count, channels: channels,
                mean: mean.base, squares: mean.base + channels)
            (target + piece * 2 * channels).update(from: mean.base, count: 2 * channels)
        }
        var moments = BatchMoments(mean: [], variance: [])
        for channel in 0..<channels {
            var (mean, squares, count) = (0.0, 0.0, 0.0)
            for piece in 0..<pieces.count {
                let values = target + piece * 2 * channels + channel
                let size = Double(pieces.rows(of: piece).count)
                let difference = Double(values[0]) - mean
                count += size
                mean += difference * size / count
                squares +=
                    Double(values[channels]) + difference * difference * size * (count - size)
                    / count
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
        let rows = rowCount(x, channels)
        precondition(shift.count == channels && mean.count == channels, "one for each channel")
        precondition(residual == nil || residual?.count == x.count, "sizes differ")
        var y = Floats(uninitialized: x.count)
        let (mean, scale, shift) = (Floats(mean), Floats(scale), Floats(shift))
        let map = ChannelMap(
            x: x.pointer, y: y.mutablePointer(), channels: channels, mean: mean.pointer,
            scale: scale.pointer, shift: shift.pointer, residual: residual?.pointer,
            isRectified: isRectified)
        Pieces(rows, channels).forEach { _, part in loops.affine(map, rows: part) }
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
        let rows = rowCount(x, channels)
        precondition(g.count == x.count, "sizes differ")
        let (mean, none) = (Floats(mean), Floats(repeating: 0, count: channels))
        let kept: [Floats]
        let loopMask: ChannelGradient.Mask
        switch mask {
        case .everywhere: (kept, loopMask) = ([], .everywhere)
        case .byInput(let scale, let shift):
            precondition(scale.count == channels && shift.count == channels, "sizes differ")
            kept = [Floats(scale), Floats(shift)]
            loopMask = .byInput(scale: kept[0].pointer, shift: kept[1].pointer)
        case .byOutput(let y):
            precondition(y.count == x.count, "sizes differ")
            (kept, loopMask) = ([y], .byOutput(y.pointer))
        }
        var gradient = ChannelGradient(
            g: g.pointer, x: x.pointer, channels: channels, mean: mean.pointer, mask: loopMask,
            a: none.pointer, b: none.pointer, c: none.pointer, d: none.pointer, masked: nil)
        let sums = pieceSums(rows: rows, channels: channels, width: 2 * channels) { part, target in
            loops.gradientSums(gradient, rows: part, into: target)
        }
        let (shift, scale) = (Array(sums.prefix(channels)), Array(sums.suffix(channels)))
        let f = factors(shift, scale)
        precondition(f.a.count == channels && f.b.count == channels && f.c.count == channels)
        let (a, b, c) = (Floats(f.a), Floats(f.b), Floats(f.c))
        var d = Floats(uninitialized: x.count)
        var masked = needsMasked ? Floats(uninitialized: x.count) : nil
        (gradient.a, gradient.b, gradient.c) = (a.pointer, b.pointer, c.pointer)
        (gradient.d, gradient.masked) = (d.mutablePointer(), masked?.mutablePointer())
        Pieces(rows, channels).forEach { _, part in loops.gradient(gradient, rows: part) }
        withExtendedLifetime((kept, a, b, c, mean, none)) {}
        return (d, masked, shift, scale)
    }

    /// The sum of each column. x: rows × columns.
    public static func columnSums(_ x: Floats, columns: Int) -> Floats {
        let source = x.pointer
        return Floats(
            pieceSums(rows: rowCount(x, columns), channels: columns, width: columns) {
                loops.sums(
                    source + $0.lowerBound * columns, rows: $0.count, channels: columns, into: $1)
            })
    }

    /// Sums over pieces of rows, added in double precision in the pieces' order.
    private static func pieceSums(
        rows: Int, channels: Int, width: Int, _ sums: (Range<Int>, Pointer) -> Void
    ) -> [Float] {
        let pieces = Pieces(rows, channels)
        var partial = Floats(uninitialized: pieces.count * width)
        let target = partial.mutablePointer()
        pieces.forEach { piece, part in
            sums(part, target + piece * width)
        }
        return (0..<width).map { column in
            Float((0..<pieces.count).reduce(0.0) { $0 + Double(target[$1 * width + column]) })
        }
    }

    static func rowCount(_ x: Floats, _ channels: Int) -> Int {
        precondition(channels > 0 && x.count.isMultiple(of: channels), "rows do not fill memory")
        return x.count / channels
    }
}

/// Pieces of rows × channels that stay in the first cache, fixed by the shape alone.
private struct Pieces {
    private let rows: Int
    let count: Int

    init(_ rows: Int, _ channels: Int) {
        self.rows = rows
        let size = max(16, 8192 / channels)
        count = max(1, (rows + size - 1) / size)
    }

    func rows(of piece: Int) -> Range<Int> {
        piece * rows / count..<(piece + 1) * rows / count
    }

    /// Calls `body` with each piece, on any thread.
    func forEach(_ body: (_ piece: Int, _ rows: Range<Int>) -> Void) {
        Parallel.forRanges(count, size: 16) { pieces in
            for piece in pieces { body(piece, rows(of: piece)) }
        }
    }
}
