/// An image whose values lie in 0...1: 0 is black, and 1 the greatest value of the data.
package struct UnitImage: Equatable, Sendable {
    package let channels: Int
    package let height: Int
    package let width: Int
    /// C×H×W, row-major.
    package var values: [Float]

    /// - Precondition: there are C·H·W values.
    package init(shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "a value for each pixel")
        (channels, height, width) = (shape[0], shape[1], shape[2])
        self.values = values
    }

    /// The values of one channel.
    func span(of channel: Int) -> Range<Int> {
        channel * height * width..<(channel + 1) * height * width
    }

    /// The level of a value, 0...255.
    static func level(_ value: Float) -> Int { Int((value * 255).rounded()) }

    /// Its lightness, H×W: of three channels 0.299 R + 0.587 G + 0.114 B, of others their mean.
    var lightness: [Float] {
        let share = 1 / Float(channels)
        let weights: [Float] =
            channels == 3 ? [0.299, 0.587, 0.114] : Array(repeating: share, count: channels)
        let size = height * width
        var grey = [Float](repeating: 0, count: size)
        for channel in 0..<channels {
            let weight = weights[channel]
            for pixel in 0..<size { grey[pixel] += weight * values[channel * size + pixel] }
        }
        return grey
    }

    /// Every value between another one and itself: all of the other at a share of 0.
    func blended(over other: (_ index: Int) -> Float, share: Float) -> UnitImage {
        var image = self
        for index in values.indices {
            let base = other(index)
            image.values[index] = min(max(base + share * (values[index] - base), 0), 1)
        }
        return image
    }

    /// The pixel from which each pixel comes, the nearest one; 0 where that lies outside.
    ///
    /// - Parameter source: the place x, y in the image that the middle x, y of a pixel comes from.
    func moved(from source: (_ x: Double, _ y: Double) -> (x: Double, y: Double)) -> UnitImage {
        var image = self
        for y in 0..<height {
            for x in 0..<width {
                let place = source(Double(x) + 0.5, Double(y) + 0.5)
                let (column, row) = (place.x.rounded(.down), place.y.rounded(.down))
                let isInside =
                    (0..<Double(width)).contains(column) && (0..<Double(height)).contains(row)
                for channel in 0..<channels {
                    let plane = channel * height * width
                    image.values[plane + y * width + x] =
                        isInside ? values[plane + Int(row) * width + Int(column)] : 0
                }
            }
        }
        return image
    }
}
