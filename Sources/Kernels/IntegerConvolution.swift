import Loops

/// What becomes of a quantised layer's sums: `scale · sum + shift` by filter, a residual added, and
/// zeros in place of what is negative.
public struct IntegerOutput: Sendable {
    /// What a sum of products of codes is multiplied by, one for each filter.
    public var scale: [Float]
    /// What is added then.
    public var shift: [Float]
    /// Added to the outputs, of their shape; nil for nothing.
    public var residual: Floats?
    /// Whether what is negative becomes zero.
    public var isRectified: Bool

    /// The outputs of a layer.
    public init(
        scale: [Float], shift: [Float], residual: Floats? = nil, isRectified: Bool = false
    ) {
        self.scale = scale
        self.shift = shift
        self.residual = residual
        self.isRectified = isRectified
    }
}

extension Kernels {
    /// A convolution of images that are quantised first, in products of integers: N×H×W×C to
    /// N×H'×W'×K. A linear layer is one of images of one pixel.
    ///
    /// - Parameter levels: of the input; 0 is one of them.
    public static func integerConvolution(
        _ x: Floats, levels: QuantizationLevels, _ weights: PackedIntegerWeights,
        _ s: ConvolutionShape, _ output: IntegerOutput
    ) -> Floats {
        precondition(x.count == s.inputCount, "images do not fill \(s)")
        precondition(
            weights.shape == [s.filters, s.groupChannels, s.kernelHeight, s.kernelWidth]
                && weights.isDepthwise == (s.groups > 1), "weights of another convolution")
        precondition(
            output.scale.count == s.filters && output.shift.count == s.filters, "an output each")
        precondition(output.residual.map { $0.count == s.outputCount } ?? true, "sizes differ")
        precondition(
            levels.scale > 0 && levels.lowest <= 0 && levels.highest - levels.lowest <= 255,
            "levels are bytes")
        var y = Floats(uninitialized: s.outputCount)
        guard s.outputCount > 0 else { return y }
        let target = y.mutablePointer()
        let run = IntegerRun(s, weights, levels, output)
        let source = x.pointer
        withExtendedLifetime((x, run)) {
            Parallel.forRanges(s.batch, size: run.imagesAtOnce) { images in
                run.correlate(source, images, into: target)
            }
        }
        return y
    }
}

/// One convolution with everything that its pieces share.
private struct IntegerRun: @unchecked Sendable {
    let s: ConvolutionShape
    let weights: PackedIntegerWeights
    let levels: QuantizationLevels
    let output: IntegerOutput
    /// By filter, for whole panels: what the lowest code adds to a sum.
    private let start: FloatBlock
    private let scale: Floats
    private let shift: Floats
    /// Where the windows of some images' output pixels begin.
    private let offsets: FloatBlock
    let imagesAtOnce: Int

    init(
        _ s: ConvolutionShape, _ weights: PackedIntegerWeights, _ levels: QuantizationLevels,
        _ output: IntegerOutput
    ) {
        (self.s, self.weights, self.levels, self.output) = (s, weights, levels, output)
        start = FloatBlock(integers: weights.sums.map { $0 * Int32(levels.lowest) })
        let padding = [Float](repeating: 0, count: weights.sums.count - s.filters)
        scale = Floats(output.scale + padding)
        shift = Floats(output.shift + padding)
        imagesAtOnce = min(max(1, s.batch), max(1, 96 / max(1, s.outputPlane)))
        let paddedWidth = s.width + 2 * s.padding
        let imageBytes = (s.height + 2 * s.padding) * paddedWidth * s.channels
        var offsets: [Int32] = []
        offsets.reserveCapacity(imagesAtOnce * s.outputPlane)
        for image in 0..<imagesAtOnce {
            for line in 0..<s.outputHeight {
                for column in 0..<s.outputWidth {
                    let pixel = (line * paddedWidth + column) * s.stride
                    offsets.append(Int32(image * imageBytes + pixel * s.channels))
                }
            }
        }
        self.offsets = FloatBlock(integers: offsets)
    }

    /// Writes the outputs of some images, a few at a time.
    func correlate(_ x: Pointer, _ images: Range<Int>, into y: Pointer) {
        let imageBytes =
            (s.height + 2 * s.padding) * (s.width + 2 * s.padding) * s.channels
        FloatBlock.lend((imageBytes * imagesAtOnce + 3) / 4) { base in
            let bytes = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
            if s.padding > 0 {
                bytes.update(
                    repeating: UInt8(-levels.lowest), count: imageBytes * imagesAtOnce)
            }
            for first in stride(from: images.lowerBound, to: images.upperBound, by: imagesAtOnce) {
                let count = min(imagesAtOnce, images.upperBound - first)
                for image in 0..<count {
                    quantize(
                        x + (first + image) * s.channels * s.plane,
                        into: bytes + image * imageBytes)
                }
                correlate(bytes, first: first, count: count, into: y)
            }
        }
    }

    /// The bytes of an image, within its padding.
    private func quantize(_ x: Pointer, into bytes: Bytes) {
        let lineBytes = (s.width + 2 * s.padding) * s.channels
        let begin = bytes + s.padding * (lineBytes + s.channels)
        let loops = Kernels.integerLoops
        let isWhole = s.padding == 0
        let count = (isWhole ? s.height : 1) * s.width * s.channels
        for line in 0..<(isWhole ? 1 : s.height) {
            loops.quantize(
                levels, x + line * count, into: begin + line * lineBytes, count: count)
        }
    }

    private func correlate(
        _ bytes: UnsafePointer<UInt8>, first: Int, count: Int, into y: Pointer
    ) {
        let pixels = count * s.outputPlane
        let place = first * s.outputPlane * s.filters
        let widest = Int(levels.highest - levels.lowest)
        let run = IntegerCorrelation(
            input: bytes, offsets: offsets.integers, weights: weights.pointer,
            quadsInLine: IntegerLayout.quads(s.kernelWidth * s.channels),
            lines: s.kernelHeight, columns: s.kernelWidth,
            lineBytes: (s.width + 2 * s.padding) * s.channels, pixelBytes: s.channels,
            isNarrow: 2 * widest * weights.largest <= Int(Int16.max), filters: s.filters,
            start: start.integers, scale: scale.pointer, shift: shift.pointer,
            residual: output.residual.map { UnsafePointer($0.pointer + place) },
            isRectified: output.isRectified, output: y + place)
        if weights.isDepthwise {
            Kernels.integerLoops.correlateDepthwise(run, pixels: 0..<pixels)
        } else {
            Kernels.integerLoops.correlate(run, pixels: 0..<pixels)
        }
    }
}

extension FloatBlock {
    /// A block of whole numbers.
    fileprivate convenience init(integers: [Int32]) {
        self.init(integers.count)
        let target = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Int32.self)
        for (place, value) in integers.enumerated() { target[place] = value }
    }

    /// Where they begin; valid while the block is alive.
    fileprivate var integers: UnsafePointer<Int32> {
        UnsafePointer(UnsafeMutableRawPointer(base).assumingMemoryBound(to: Int32.self))
    }
}
