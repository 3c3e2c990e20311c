import Foundation

/// The operations, as the Pillow library has them, on values in place of bytes.
extension UnitImage {
    /// Each channel with its least value at 0 and its greatest at 1.
    var stretched: UnitImage {
        byChannel { values in
            guard let least = values.min(), let most = values.max(), most > least else {
                return { $0 }
            }
            return { ($0 - least) / (most - least) }
        }
    }

    /// Between its lightness and itself; one channel has no colour.
    func coloured(_ share: Double) -> UnitImage {
        guard channels > 1 else { return self }
        let grey = lightness
        return blended(over: { grey[$0 % grey.count] }, share: Float(share))
    }

    /// Between its mean lightness and itself.
    func contrasted(_ share: Double) -> UnitImage {
        let mean = lightness.reduce(0, +) / Float(height * width)
        return blended(over: { _ in mean }, share: Float(share))
    }

    /// Each channel with as many pixels at every level as can be.
    var equalized: UnitImage {
        byChannel { values in
            var counts = [Int](repeating: 0, count: 256)
            for value in values { counts[Self.level(value)] += 1 }
            let step = (values.count - (counts.last { $0 > 0 } ?? 0)) / 255
            guard counts.count(where: { $0 > 0 }) > 1, step > 0 else { return { $0 } }
            var below = step / 2
            let levels = counts.map { count in
                defer { below += count }
                return Float(min(below / step, 255)) / 255
            }
            return { levels[Self.level($0)] }
        }
    }

    /// The highest bits of every level alone.
    func posterized(bits: Int) -> UnitImage {
        let mask = ~((1 << (8 - bits)) - 1)
        return byChannel { _ in { Float(Self.level($0) & mask) / 255 } }
    }

    /// Levels from a threshold on inverted.
    func solarized(from threshold: Double) -> UnitImage {
        byChannel { _ in { Double(Self.level($0)) < threshold ? $0 : 1 - $0 } }
    }

    /// Counter-clockwise about its middle.
    func rotated(degrees: Double) -> UnitImage {
        let angle = degrees * .pi / 180
        let (cosine, sine) = (cos(angle), sin(angle))
        let (midX, midY) = (Double(width) / 2, Double(height) / 2)
        return moved { x, y in
            (
                cosine * (x - midX) - sine * (y - midY) + midX,
                sine * (x - midX) + cosine * (y - midY) + midY
            )
        }
    }

    /// Between the image smoothed by its neighbours and itself; the edge stays.
    func sharpened(_ share: Double) -> UnitImage {
        guard height > 2, width > 2 else { return self }
        return blended(over: smoothed, share: Float(share))
    }

    private func smoothed(_ index: Int) -> Float {
        let (x, y) = (index % width, index / width % height)
        guard (1..<width - 1).contains(x), (1..<height - 1).contains(y) else {
            return values[index]
        }
        var sum: Float = 0
        for row in stride(from: index - width, through: index + width, by: width) {
            sum += values[row - 1]
            sum += values[row]
            sum += values[row + 1]
        }
        return (sum + 4 * values[index]) / 13
    }

    private func byChannel(
        _ change: (ArraySlice<Float>) -> (Float) -> Float
    ) -> UnitImage {
        var image = self
        for channel in 0..<channels {
            let changed = change(values[span(of: channel)])
            for index in span(of: channel) { image.values[index] = changed(values[index]) }
        }
        return image
    }

    /// A square filled by one value for each channel.
    ///
    /// - Parameters:
    ///   - side: of the square, as a share of the width.
    ///   - x: its middle, as shares of width and height.
    func covered(side: Double, x: Double, y: Double, by fill: [Float]) -> UnitImage {
        let length = side * Double(width)
        func extent(_ middle: Double, _ size: Int) -> Range<Int> {
            let first = Int(max(0, middle * Double(size) - length / 2))
            return first..<max(first, min(size, first + Int(length.rounded())))
        }
        var image = self
        for channel in 0..<channels {
            for row in extent(y, height) {
                for column in extent(x, width) {
                    image.values[(channel * height + row) * width + column] = fill[channel]
                }
            }
        }
        return image
    }
}
