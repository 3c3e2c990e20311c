import Loops

/// A convolution of stride 1 with a 3×3 or 5×5 kernel by Winograd's algorithm.
struct WinogradConvolution: ConvolutionMethod {
    private let s: ConvolutionShape

    init(_ s: ConvolutionShape) {
        self.s = s
    }

    /// Whether there is a form for a shape that pays.
    static func suits(_ s: ConvolutionShape) -> Bool {
        s.groups == 1 && s.stride == 1 && s.kernelHeight == s.kernelWidth
            && (s.kernelHeight == 3 || s.kernelHeight == 5) && s.padding < s.kernelHeight
            && s.channels.isMultiple(of: Layout.panel) && s.filters.isMultiple(of: Layout.panel)
            && s.outputPlane >= 16
    }

    func forward(_ w: Floats) -> PreparedWeights {
        // K×C×kernel to kernel×C×K.
        let ordered = Kernels.transposedPlanes(
            Kernels.transposed(w, rows: s.filters * s.channels, columns: s.kernel),
            planes: s.kernel, rows: s.filters, columns: s.channels)
        return [transformed(ordered, s.channels, s.filters)]
    }

    func output(
        of x: Pointer, into y: Pointer, images: Int, by weights: PreparedWeights, isFollowed: Bool
    ) {
        correlate(
            correlation(x, y, images, weights[0].pointer, isFollowed: isFollowed),
            Kernels.loops.correlateWinograd)
    }

    func backward(_ w: Floats) -> PreparedWeights {
        // K×C×kernel to kernel×K×C, the kernel turned by half a turn.
        let ordered = Kernels.transposed(w, rows: s.filters * s.channels, columns: s.kernel)
        var turned = Floats(uninitialized: w.count)
        let count = s.filters * s.channels
        for tap in 0..<s.kernel {
            turned.replace(
                at: (s.kernel - 1 - tap) * count, with: ordered[tap * count..<(tap + 1) * count])
        }
        return [transformed(turned, s.filters, s.channels)]
    }

    func inputGradient(
        of g: Pointer, into d: Pointer, images: Int, by weights: PreparedWeights
    ) {
        correlate(
            WinogradCorrelation(
                images: images, height: s.outputHeight, width: s.outputWidth,
                channels: s.filters, outputHeight: s.height, outputWidth: s.width,
                filters: s.channels, kernel: s.kernelHeight,
                padding: s.kernelHeight - 1 - s.padding, source: g, target: d,
                weights: weights[0].pointer, isFollowed: false),
            Kernels.loops.correlateWinograd)
    }

    func addWeightGradient(
        of x: Pointer, _ g: Pointer, images: Int, to sums: Pointer, isFollowed: Bool
    ) {
        correlate(
            correlation(x, g, images, sums, isFollowed: isFollowed),
            Kernels.loops.correlateWinogradWeights)
    }

    var sumCount: Int { WinogradCorrelation.positions * s.channels * s.filters }

    /// A piece's sums are worth their memory where many tiles share them.
    var pieces: Int {
        let tile = 7 - s.kernelHeight
        return max(2, min(8, s.batch * s.outputPlane / (128 * tile * tile), (1 << 21) / sumCount))
    }

    func weights(from sums: Floats) -> Floats {
        var d = Floats(uninitialized: s.weightCount)
        Kernels.loops.restoreWinogradWeights(
            sums.pointer, kernel: s.kernelHeight, channels: s.channels, filters: s.filters,
            into: d.mutablePointer())
        return s.reordered(d)
    }

    /// Kernel × channels × filters as the products need them.
    private func transformed(_ w: Floats, _ channels: Int, _ filters: Int) -> Floats {
        var transformed = Floats(
            uninitialized: WinogradCorrelation.positions * channels * filters)
        Kernels.loops.transformWinogradWeights(
            w.pointer, kernel: s.kernelHeight, channels: channels, filters: filters,
            into: transformed.mutablePointer())
        return transformed
    }

    private func correlation(
        _ x: Pointer, _ y: Pointer, _ images: Int, _ weights: Pointer, isFollowed: Bool
    ) -> WinogradCorrelation {
        WinogradCorrelation(
            images: images, height: s.height, width: s.width, channels: s.channels,
            outputHeight: s.outputHeight, outputWidth: s.outputWidth, filters: s.filters,
            kernel: s.kernelHeight, padding: s.padding, source: x, target: y, weights: weights,
            isFollowed: isFollowed)
    }

    private func correlate(
        _ correlation: WinogradCorrelation, _ loop: (WinogradCorrelation, Pointer) -> Void
    ) {
        FloatBlock.lend(correlation.scratch) { loop(correlation, $0) }
    }
}
