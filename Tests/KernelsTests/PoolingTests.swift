import Kernels
import Loops
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PoolingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let height: Int
        let width: Int
        let channels: Int
        let kernel: Int
        let stride: Int
        let padding: Int

        var testDescription: String {
            "\(height)×\(width)×\(channels), \(kernel)×\(kernel), \(stride), \(padding)"
        }

        var outputHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
        var outputWidth: Int { (width + 2 * padding - kernel) / stride + 1 }

        /// The pixels of an image that a window covers, line by line.
        func window(_ oy: Int, _ ox: Int) -> [Int] {
            let (top, left) = (oy * stride - padding, ox * stride - padding)
            return (max(0, top)..<min(height, top + kernel)).flatMap { y in
                (max(0, left)..<min(width, left + kernel)).map { y * width + $0 }
            }
        }
    }

    /// Windows that overlap, touch and leave gaps; odd sizes; part of a vector and several.
    static let cases = [
        (1, 1, 1, 3, 2, 1), (7, 5, 3, 3, 2, 1), (8, 9, 16, 3, 2, 1), (5, 7, 21, 3, 2, 1),
        (6, 4, 33, 2, 2, 0), (7, 7, 8, 2, 2, 0), (5, 4, 9, 3, 1, 1), (9, 8, 5, 2, 3, 0),
    ].map {
        Case(height: $0.0, width: $0.1, channels: $0.2, kernel: $0.3, stride: $0.4, padding: $0.5)
    }

    /// Values repeat, so that some windows have several largest pixels.
    @Test(arguments: InstructionSet.all, cases)
    func theLargestPixelIsTakenAndHasTheGradient(set: InstructionSet, shape: Case) {
        let images = 2
        let plane = shape.height * shape.width
        let outputs = shape.outputHeight * shape.outputWidth
        var numbers = Numbers(seed: 9)
        let x = Memory(
            numbers.array(images * plane * shape.channels).map { ($0 * 4).rounded() })
        let g = Memory(numbers.array(images * outputs * shape.channels))
        let y = Memory(count: g.count)
        let d = Memory([Float](repeating: 0, count: x.count))
        let pool = Pool(
            channels: shape.channels, height: shape.height, width: shape.width,
            outputHeight: shape.outputHeight, outputWidth: shape.outputWidth,
            kernelHeight: shape.kernel, kernelWidth: shape.kernel, stride: shape.stride,
            padding: shape.padding, x: x.pointer, y: y.pointer, g: g.pointer, d: d.pointer)
        set.loops.maxPool(pool, images: 0..<images)
        set.loops.maxPoolGradient(pool, images: 0..<images)
        let exact = exactly(shape, images: images, x: x.values, g: g.values)
        #expect(y.values == exact.y)
        #expect(agree(d.values, exact.d.map { ($0, 8 * rounding) }))
        #expect(y.isIntact && d.isIntact)
    }

    private func exactly(
        _ shape: Case, images: Int, x: [Float], g: [Float]
    ) -> (y: [Float], d: [Double]) {
        var (y, d) = ([Float](), [Double](repeating: 0, count: x.count))
        for image in 0..<images {
            for place in 0..<shape.outputHeight * shape.outputWidth {
                let (oy, ox) = place.quotientAndRemainder(dividingBy: shape.outputWidth)
                for channel in 0..<shape.channels {
                    let pixels = shape.window(oy, ox).map {
                        (image * shape.height * shape.width + $0) * shape.channels + channel
                    }
                    let largest = pixels.reduce(pixels[0]) { x[$1] > x[$0] ? $1 : $0 }
                    d[largest] += Double(g[y.count])
                    y.append(x[largest])
                }
            }
        }
        return (y, d)
    }
}
