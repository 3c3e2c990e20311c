import ImageDecoding

/// Resizing along one axis: for every target pixel the source pixels that it is made of, and their
/// weights.
///
/// The rule is that of Pillow's `Image.resize`: the filter is as wide as a target pixel where the
/// image shrinks, so that nothing is skipped; weights are rounded to 22 bits, sums to bytes.
package struct Resampling: Sendable {
    /// How source pixels are weighed.
    package enum Filter: String, CaseIterable, Codable, Sendable {
        /// By a triangle of the width of two pixels.
        case bilinear
        /// The mean of the pixels that a target pixel covers.
        case area

        var support: Double { self == .bilinear ? 1 : 0.5 }

        func weight(_ x: Double) -> Double {
            switch self {
            case .bilinear: max(0, 1 - abs(x))
            case .area: x > -0.5 && x <= 0.5 ? 1 : 0
            }
        }
    }

    /// For each target pixel the first source pixel.
    let starts: [Int32]
    /// For each target pixel how many source pixels it is made of.
    let counts: [Int32]
    /// The weights of target pixel i, of which the sum is 2²², begin at `i · stride`.
    let weights: [Int32]
    let stride: Int

    static let bits = 22

    /// - Parameters:
    ///   - length: pixels of the source.
    ///   - box: where the part that is resized begins and ends, in source pixels; in single
    ///     precision, as Pillow has it.
    ///   - size: pixels of the target.
    init(length: Int, box: (from: Float, to: Float), size: Int, _ filter: Filter) {
        let scale = Double(box.to - box.from) / Double(size)
        let width = max(scale, 1)
        let support = filter.support * width
        stride = Int(support.rounded(.up)) * 2 + 1
        var (starts, counts) = ([Int32](), [Int32]())
        var weights = [Int32](repeating: 0, count: size * stride)
        for target in 0..<size {
            let center = Double(box.from) + (Double(target) + 0.5) * scale
            let start = max(0, Int(center - support + 0.5))
            let end = min(length, Int(center + support + 0.5))
            let found = (start..<end).map {
                filter.weight((Double($0) - center + 0.5) * (1 / width))
            }
            let sum = found.reduce(0, +)
            for (index, weight) in found.enumerated() {
                let share = sum == 0 ? weight : weight / sum
                weights[target * stride + index] = Int32(0.5 + share * Double(1 << Self.bits))
            }
            starts.append(Int32(start))
            counts.append(Int32(end - start))
        }
        self.starts = starts
        self.counts = counts
        self.weights = weights
    }

    /// The source pixels that some target pixel is made of.
    var needed: Range<Int> {
        let end = zip(starts, counts).map { Int($0 + $1) }.max() ?? 0
        let start = Int(starts.min() ?? 0)
        return start..<max(end, start)
    }

    /// A weighted sum as a byte.
    static func byte(_ sum: Int32) -> UInt8 {
        UInt8(clamping: sum >> Int32(bits))
    }

    /// What a sum begins with, so that it is rounded to nearest.
    static let half = Int32(1) << Int32(bits - 1)
}

extension DecodedImage {
    /// A box of the image in another size: first along rows, then along columns.
    func resized(
        box: (x: Double, y: Double, width: Double, height: Double), to size: (Int, Int),
        _ filter: Resampling.Filter
    ) -> DecodedImage {
        let across = Resampling(
            length: width, box: (Float(box.x), Float(box.x + box.width)), size: size.1, filter)
        let down = Resampling(
            length: height, box: (Float(box.y), Float(box.y + box.height)), size: size.0, filter)
        let rows = down.needed
        let middle = resizedRows(
            rows, starts: across.starts, counts: across.counts, weights: across.weights,
            bits: Resampling.bits)
        var result = [UInt8](repeating: 0, count: size.0 * size.1 * channels)
        var target = result.mutableSpan
        Self.resizeColumns(middle.span, from: rows.lowerBound, down, to: &target)
        return DecodedImage(channels: channels, width: size.1, height: size.0, bytes: result)
    }

    private static func resizeColumns(
        _ source: Span<UInt8>, from first: Int, _ down: Resampling,
        to target: inout MutableSpan<UInt8>
    ) {
        let width = target.count / down.starts.count
        let weights = down.weights.span
        for row in down.starts.indices {
            for column in 0..<width {
                var sum = Resampling.half
                var place = (Int(down.starts[row]) - first) * width + column
                for tap in row * down.stride..<row * down.stride + Int(down.counts[row]) {
                    sum &+= Int32(source[place]) &* weights[tap]
                    place += width
                }
                target[row * width + column] = Resampling.byte(sum)
            }
        }
    }
}
