import Loops

/// Input pixels whose places are alike modulo the stride meet the same lines and columns of the
/// kernel: the gradient in each such phase is a convolution of stride 1 over the gradient in the
/// output.
struct StridePhases {
    typealias Phase = PackedWeights.Phase

    private let s: ConvolutionShape
    private let rows: [Phase]
    private let columns: [Phase]
    private let before: (y: Int, x: Int)
    private let after: (y: Int, x: Int)

    /// The output's gradient as the windows of a phase see it.
    struct Source {
        let y: Phase
        let x: Phase
        /// The first window.
        let start: Pointer
        let lineStep: Int
        let imageStep: Int
        let isCopy: Bool
    }

    init(_ s: ConvolutionShape) {
        func phases(_ extent: Int, _ kernel: Int) -> [Phase] {
            (0..<s.stride).map {
                Phase($0, extent: extent, kernel: kernel, stride: s.stride, padding: s.padding)
            }
        }
        func reach(_ phases: [Phase], _ extent: Int) -> (before: Int, after: Int) {
            (
                max(0, -(phases.map(\.start).min() ?? 0)),
                max(0, (phases.map(\.end).max() ?? 0) - extent)
            )
        }
        self.s = s
        rows = phases(s.height, s.kernelHeight)
        columns = phases(s.width, s.kernelWidth)
        let (y, x) = (reach(rows, s.outputHeight), reach(columns, s.outputWidth))
        (before, after) = ((y.before, x.before), (y.after, x.after))
    }

    /// Whether every input pixel meets a line and a column of the kernel.
    var areComplete: Bool { (rows + columns).allSatisfy { $0.taps > 0 } }

    func map<Result>(_ transform: (_ y: Phase, _ x: Phase) -> Result) -> [Result] {
        rows.flatMap { y in columns.map { x in transform(y, x) } }
    }

    /// Calls `body` for each phase that has pixels: its number, its windows over g, and the place
    /// of its first input pixel.
    func forEach(
        _ g: Pointer, images: Int, channels: Int,
        _ body: (_ number: Int, _ source: Source, _ place: Int) -> Void
    ) {
        let padded = PaddedImages(
            g, count: images, height: s.outputHeight, width: s.outputWidth, channels: channels,
            before: before, after: after)
        for (ry, y) in rows.enumerated() where y.taps > 0 && y.pixels > 0 {
            for (rx, x) in columns.enumerated() where x.taps > 0 && x.pixels > 0 {
                let start =
                    padded.start + (y.start + before.y) * padded.lineStep
                    + (x.start + before.x) * channels
                let source = Source(
                    y: y, x: x, start: start, lineStep: padded.lineStep,
                    imageStep: padded.imageStep, isCopy: padded.isCopy)
                body(ry * columns.count + rx, source, ry * s.width + rx)
            }
        }
        padded.finish()
    }
}
