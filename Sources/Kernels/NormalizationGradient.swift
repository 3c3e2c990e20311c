import Loops

/// The way of a gradient back through a normalization: first the sums of each channel, from which
/// its factors follow, then the gradient in the normalised input, at once or a part at a time.
public struct NormalizationGradient {
    /// For each channel Σ g and Σ g·(x − mean), of the gradient that passes.
    public let shift: [Float]
    /// For each channel Σ g·(x − mean), of the gradient that passes.
    public let scale: [Float]
    /// The gradient that passes, where it is asked for: complete once all of the input's is
    /// written.
    public private(set) var masked: Floats?

    private let rows: ChannelRows
    private let count: Int
    private var gradient: ChannelGradient
    /// What the gradient's pointers point to.
    private var kept: [Floats]

    /// - Parameters:
    ///   - g: rows × channels, as x.
    ///   - shape: of the convolution whose output x is, if a convolution's gradients are to be made
    ///     of this.
    ///   - needsMasked: whether the gradient that passes the mask is wanted too.
    ///   - factors: made from the two sums.
    public init(
        _ g: Floats, _ x: Floats, of shape: ConvolutionShape? = nil, mean: [Float],
        mask: Kernels.GradientMask, needsMasked: Bool,
        factors: (_ shift: [Float], _ scale: [Float]) -> Kernels.ChannelFactors
    ) {
        let channels = mean.count
        let rows = shape.map { ChannelRows($0) } ?? ChannelRows(x, channels)
        precondition(g.count == x.count && rows.channels == channels, "sizes differ")
        precondition(shape == nil || shape?.outputCount == x.count, "sizes differ")
        let mean = rows.wide(mean)
        kept = [g, x, mean]
        let loopMask: ChannelGradient.Mask
        switch mask {
        case .everywhere: loopMask = .everywhere
        case .byInput(let scale, let shift):
            precondition(scale.count == channels && shift.count == channels, "sizes differ")
            let (scale, shift) = (rows.wide(scale), rows.wide(shift))
            kept += [scale, shift]
            loopMask = .byInput(scale: scale.pointer, shift: shift.pointer)
        case .byOutput(let y):
            precondition(y.count == x.count, "sizes differ")
            kept.append(y)
            loopMask = .byOutput(y.pointer)
        }
        var gradient = ChannelGradient(
            g: g.pointer, x: x.pointer, width: rows.width, mean: mean.pointer, mask: loopMask,
            a: mean.pointer, b: mean.pointer, c: mean.pointer, d: x.pointer, masked: nil)
        let sums = Kernels.pieceSums(rows, arrays: 2) { [gradient] floats, target in
            Kernels.loops.gradientSums(gradient, floats: floats, into: target)
        }
        (shift, scale) = (sums[0], sums[1])
        let f = factors(shift, scale)
        precondition(
            f.a.count == channels && f.b.count == channels && f.c.count == channels,
            "one of each factor for each channel")
        let (a, b, c) = (rows.wide(f.a), rows.wide(f.b), rows.wide(f.c))
        kept += [a, b, c]
        (gradient.a, gradient.b, gradient.c) = (a.pointer, b.pointer, c.pointer)
        masked = needsMasked ? Floats(uninitialized: x.count) : nil
        gradient.masked = masked?.mutablePointer()
        self.gradient = gradient
        self.rows = rows
        count = x.count
    }

    /// The gradient in the input, rows × channels.
    public func input() -> Floats {
        var d = Floats(uninitialized: count)
        var gradient = gradient
        gradient.d = d.mutablePointer()
        rows.forEachPiece { [gradient] _, floats in
            Kernels.loops.gradient(gradient, floats: floats)
        }
        withExtendedLifetime(kept) {}
        return d
    }

    /// Whether the normalised input is the output of a convolution of this shape.
    func fits(_ s: ConvolutionShape) -> Bool {
        count == s.outputCount && rows.channels == s.filters
    }

    /// Writes the gradient in a part of the input, which begins with an image.
    func write(_ floats: Range<Int>, into target: Pointer) {
        var part = gradient
        part.d = target - floats.lowerBound
        Kernels.loops.gradient(part, floats: floats)
    }
}
