import Kernels
import Testing

/// Convolutions of many shapes against the plain sums in double precision.
@Suite(.timeLimit(.minutes(2)))
struct ConvolutionTests {
    @Test(arguments: Shapes.all)
    func theOutputIsTheSumOverWindows(shape: ConvolutionShape) {
        let trial = ConvolutionTrial(shape)
        let y = Kernels.convolution(Floats(trial.x), Floats(trial.w), bias: nil, shape)
        #expect(agree(y.array, trial.output(.terms), within: trial.output(.magnitudes)))
    }

    @Test(arguments: Shapes.all)
    func theGradientsAreThoseOfTheSum(shape: ConvolutionShape) {
        let trial = ConvolutionTrial(shape)
        let found = Kernels.convolutionGradients(
            Floats(trial.x), Floats(trial.w), Floats(trial.g), shape, needsInput: true)
        #expect(
            agree(
                found.input?.array ?? [], trial.inputGradient(.terms),
                within: trial.inputGradient(.magnitudes)))
        #expect(
            agree(
                found.weights.array, trial.weightGradient(.terms),
                within: trial.weightGradient(.magnitudes)))
    }

    @Test(arguments: Shapes.all)
    func momentsAreThoseOfTheOutput(shape: ConvolutionShape) {
        let trial = ConvolutionTrial(shape)
        let bias = (0..<shape.filters).map { Float($0) }
        let (y, moments) = Kernels.convolutionWithMoments(
            Floats(trial.x), Floats(trial.w), bias: Floats(bias), shape)
        for filter in 0..<shape.filters {
            let values = stride(from: filter, to: y.count, by: shape.filters).map { Double(y[$0]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let largest = values.map(abs).max() ?? 0
            #expect(abs(Double(moments.mean[filter]) - mean) <= 8 * rounding * largest)
            #expect(
                abs(Double(moments.variance[filter]) - squares / Double(values.count))
                    <= 16 * rounding * largest * largest)
        }
    }
}

/// Shapes that reach every way of convolving and its borders.
private enum Shapes {
    static let all: [ConvolutionShape] = chosen + drawn

    /// Batch, channels, height, width, filters, kernel, stride, padding, groups.
    private static let chosen = [
        // Winograd's: tiles that fit, tiles that do not, several blocks of tiles, more padding.
        (2, 16, 8, 8, 16, 3, 1, 1, 1), (1, 16, 9, 7, 32, 3, 1, 1, 1),
        (9, 32, 12, 12, 16, 3, 1, 0, 1),
        (3, 16, 5, 6, 16, 3, 1, 2, 1), (2, 16, 14, 14, 16, 5, 1, 2, 1),
        (1, 32, 7, 9, 16, 5, 1, 4, 1),
        (3, 48, 6, 5, 16, 5, 1, 1, 1), (5, 16, 33, 34, 16, 3, 1, 1, 1),
        // Direct: few channels, strides, kernels of one pixel, long sums.
        (2, 1, 28, 28, 32, 5, 1, 2, 1), (3, 3, 10, 11, 16, 3, 1, 1, 1),
        (2, 16, 9, 9, 32, 3, 2, 1, 1),
        (2, 24, 8, 8, 40, 1, 1, 0, 1), (2, 16, 7, 8, 10, 1, 2, 0, 1), (1, 3, 9, 9, 5, 2, 3, 0, 1),
        (1, 260, 4, 4, 17, 2, 1, 1, 1), (1, 450, 3, 3, 4, 1, 1, 0, 1), (2, 5, 6, 6, 7, 4, 2, 3, 1),
        // Depthwise and grouped.
        (2, 32, 9, 8, 32, 3, 1, 1, 32), (3, 20, 9, 9, 20, 3, 2, 1, 20), (2, 6, 7, 7, 6, 5, 1, 2, 6),
        (1, 16, 4, 5, 16, 2, 2, 0, 16), (2, 8, 6, 6, 12, 3, 1, 1, 4), (2, 6, 6, 6, 12, 3, 2, 1, 6),
    ].map(shape)

    /// More, at random.
    private static let drawn: [ConvolutionShape] = {
        var numbers = Numbers(seed: 11)
        func draw(_ values: [Int]) -> Int {
            values[Int(abs(numbers.next()) * 0.999 * Float(values.count))]
        }
        return (0..<60).map { _ in
            let kernel = draw([1, 2, 3, 3, 4, 5])
            let groups = draw([1, 1, 1, 2])
            return shape(
                (
                    draw([1, 2, 3]), groups * draw([1, 3, 8, 16, 32]), draw([5, 6, 7, 8, 11]),
                    draw([5, 6, 8, 13]), groups * draw([1, 4, 10, 16, 32]), kernel,
                    draw([1, 1, 2, 3]), draw(Array(0..<kernel)), groups
                ))
        }
    }()

    private static func shape(
        _ s: (Int, Int, Int, Int, Int, Int, Int, Int, Int)
    ) -> ConvolutionShape {
        ConvolutionShape(
            batch: s.0, channels: s.1, height: s.2, width: s.3, filters: s.4, kernelHeight: s.5,
            kernelWidth: s.5, stride: s.6, padding: s.7, groups: s.8)
    }
}

/// Whether every value differs from the exact one by no more than rounding explains.
///
/// What is rounded is bounded by the magnitudes of the terms: a sum of n of them in any order is
/// off by at most n roundings of the sum of their magnitudes, and by some √n in practice.
/// Winograd's algorithm takes sums over a window in which its transforms make numbers up to some
/// hundred times as large as what is left in the end; the largest magnitude nearby stands for the
/// window's.
private func agree(_ values: [Float], _ exact: [Double], within magnitudes: [Double]) -> Bool {
    let largest = magnitudes.max() ?? 0
    return values.count == exact.count
        && values.indices.allSatisfy {
            abs(Double(values[$0]) - exact[$0]) <= 64 * rounding * largest
        }
}
