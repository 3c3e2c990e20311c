import IntegerLoopsAVX2
import IntegerLoopsVNNI
import Kernels
import Loops
import Testing

/// Products of integers against plain loops, and both instruction sets against one another.
@Suite(.timeLimit(.minutes(1)))
struct IntegerLoopsTests {
    /// A convolution with everything that decides how it is computed.
    struct Case: Sendable, CustomTestStringConvertible {
        var batch = 2
        let channels: Int
        let filters: Int
        let size: (height: Int, width: Int)
        var kernel = 3
        var stride = 1
        var padding = 1
        var groups = 1
        var lowest = 0
        var highest = 255
        var bits = 8
        var hasResidual = false

        var testDescription: String {
            "\(batch)×\(channels)×\(size.height)×\(size.width) to \(filters), kernel \(kernel),"
                + " stride \(stride), padding \(padding), groups \(groups), codes"
                + " \(lowest)...\(highest), \(bits) bits"
        }

        var shape: ConvolutionShape {
            ConvolutionShape(
                batch: batch, channels: channels, height: size.height, width: size.width,
                filters: filters, kernelHeight: kernel, kernelWidth: kernel, stride: stride,
                padding: padding, groups: groups)
        }
    }

    private static let cases = [
        Case(channels: 1, filters: 16, size: (7, 9)),
        Case(channels: 3, filters: 8, size: (8, 5), lowest: -128, highest: 127),
        Case(channels: 16, filters: 16, size: (6, 6), bits: 4, hasResidual: true),
        Case(channels: 16, filters: 32, size: (9, 7), stride: 2, bits: 4),
        Case(channels: 20, filters: 40, size: (5, 5), lowest: -37, highest: 218),
        Case(channels: 64, filters: 65, size: (4, 3), kernel: 1, padding: 0, bits: 2),
        Case(channels: 7, filters: 33, size: (5, 6), kernel: 5, stride: 3, padding: 2),
        Case(batch: 130, channels: 30, filters: 10, size: (1, 1), kernel: 1, padding: 0),
        Case(channels: 24, filters: 24, size: (6, 5), groups: 24, hasResidual: true),
        Case(channels: 5, filters: 5, size: (7, 6), stride: 2, groups: 5, lowest: -8, highest: 7),
        Case(batch: 1, channels: 4, filters: 4, size: (3, 3), highest: 15, bits: 2),
    ]

    @Test(arguments: cases)
    func agreesWithPlainLoops(example: Case) {
        var numbers = Numbers(seed: 3)
        let s = example.shape
        let most = 1 << (example.bits - 1)
        let shape = [s.filters, s.channels / s.groups, s.kernelHeight, s.kernelWidth]
        let codes = (0..<shape.reduce(1, *)).map { _ in
            Int8(min(max(Int(numbers.next() * Float(most)), -most), most - 1))
        }
        let scale: Float = 0.25
        let x = (0..<s.batch * s.channels * s.height * s.width).map { _ in
            numbers.next() * 0.3 * Float(example.highest - example.lowest)
        }
        let count = s.batch * s.filters * s.outputHeight * s.outputWidth
        let output = IntegerOutput(
            scale: (0..<s.filters).map { 0.01 * Float($0 + 1) },
            shift: (0..<s.filters).map { Float($0) - 3 },
            residual: example.hasResidual
                ? Floats((0..<count).map { _ in numbers.next() }) : nil,
            isRectified: example.hasResidual)
        let found = Parallel.withThreads(3) {
            Kernels.integerConvolution(
                Floats(x),
                levels: QuantizationLevels(
                    scale: scale, lowest: example.lowest, highest: example.highest),
                PackedIntegerWeights(codes, shape: shape, groups: s.groups), s, output)
        }.array
        let expected = plain(
            x.map {
                min(
                    max(Int(($0 / scale).rounded(.toNearestOrEven)), example.lowest),
                    example.highest)
            }, codes.map { Int($0) }, s, output)
        #expect(found.count == count)
        let worst = zip(found, expected).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
        #expect(worst < 1e-5)
    }

    /// Sums in whole numbers, each output by itself.
    private func plain(
        _ x: [Int], _ w: [Int], _ s: ConvolutionShape, _ output: IntegerOutput
    ) -> [Float] {
        let (own, outputs) = (s.channels / s.groups, s.filters / s.groups)
        var y: [Float] = []
        for image in 0..<s.batch {
            for place in 0..<s.outputHeight * s.outputWidth {
                let (top, left) = (
                    place / s.outputWidth * s.stride - s.padding,
                    place % s.outputWidth * s.stride - s.padding
                )
                for filter in 0..<s.filters {
                    var sum = 0
                    for tap in 0..<s.kernelHeight * s.kernelWidth {
                        let line = top + tap / s.kernelWidth
                        let column = left + tap % s.kernelWidth
                        guard (0..<s.height).contains(line), (0..<s.width).contains(column) else {
                            continue
                        }
                        let pixel = (image * s.height + line) * s.width + column
                        for channel in 0..<own {
                            sum +=
                                x[pixel * s.channels + filter / outputs * own + channel]
                                * w[(filter * own + channel) * s.kernelHeight * s.kernelWidth + tap]
                        }
                    }
                    var value = Float(sum) * output.scale[filter] + output.shift[filter]
                    if let residual = output.residual { value += residual[y.count] }
                    y.append(output.isRectified ? max(value, 0) : value)
                }
            }
        }
        return y
    }

    /// Sums of extreme bytes, on which narrow products would be cut off, are exact in both sets.
    @Test func extremeBytesAreExact() {
        let (pixels, quads, filters) = (13, 5, 32)
        for isNarrow in [false, true] {
            let most: Int8 = isNarrow ? 64 : 127
            let bytes = UnsafeMutablePointer<UInt8>.allocate(
                capacity: pixels * quads * 4 + IntegerLayout.slack)
            let weights = UnsafeMutablePointer<Int8>.allocate(capacity: quads * 4 * filters)
            let offsets = UnsafeMutablePointer<Int32>.allocate(capacity: pixels)
            let start = UnsafeMutablePointer<Int32>.allocate(capacity: filters)
            let ones = Pointer.allocate(capacity: filters)
            let zeros = Pointer.allocate(capacity: filters)
            let output = Pointer.allocate(capacity: pixels * filters)
            defer {
                bytes.deallocate()
                weights.deallocate()
                offsets.deallocate()
                start.deallocate()
                for floats in [ones, zeros, output] { floats.deallocate() }
            }
            bytes.update(repeating: 255, count: pixels * quads * 4 + IntegerLayout.slack)
            for place in 0..<quads * 4 * filters {
                weights[place] = (place / 64) % 2 == 0 ? most : -most
            }
            for pixel in 0..<pixels { offsets[pixel] = Int32(pixel * quads * 4) }
            start.update(repeating: 7, count: filters)
            ones.update(repeating: 1, count: filters)
            zeros.update(repeating: 0, count: filters)
            let run = IntegerCorrelation(
                input: bytes, offsets: offsets, weights: weights, quadsInLine: quads, lines: 1,
                columns: 1, lineBytes: pixels * quads * 4, pixelBytes: quads * 4,
                isNarrow: isNarrow, filters: filters, start: start, scale: ones, shift: zeros,
                residual: nil, isRectified: false, output: output)
            let sets: [any IntegerLoops.Type] =
                [IntegerLoopsAVX2.IntegerVectorLoops.self]
                + (Processor.hasVNNI ? [IntegerLoopsVNNI.IntegerVectorLoops.self] : [])
            for loops in sets {
                loops.correlate(run, pixels: 0..<pixels)
                // Five quads of alternating signs by panel leave one quad, or its negative.
                let whole = Float(255 * 4 * Int(most))
                for pixel in 0..<pixels {
                    #expect(output[pixel * filters] == 7 + whole)
                    #expect(output[pixel * filters + 16] == 7 - whole)
                }
            }
        }
    }
}
