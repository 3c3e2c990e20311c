import Bytes
import Foundation

/// Maps that move the pixels of an image and keep its shape.
extension SampleMap {
    /// Every channel with its pixels at other places, the same of all images.
    static func permuted(_ shape: [Int], key: RandomKey) -> SampleMap {
        let area = shape[1] * shape[2]
        let order = key.shuffled(Array(0..<area))
        return .selection(
            places: (0..<shape[0]).flatMap { channel in order.map { channel * area + $0 } },
            shape: shape)
    }

    /// Images that are turned counter-clockwise about their centre, by bilinear interpolation. What
    /// comes from beyond the edge is 0.
    static func turned(_ shape: [Int], degrees: Double) -> SampleMap {
        let area = shape[1] * shape[2]
        let taps = taps(height: shape[1], width: shape[2], degrees: degrees)
        return .function(shape: shape, offset: 0) { image in
            (0..<shape[0]).flatMap { channel in
                taps.map { taps in
                    taps.reduce(0) { $0 + $1.weight * image[channel * area + $1.pixel] }
                }
            }
        }
    }

    /// The pixels of an image, with their weights, that make each pixel of the turned one.
    private static func taps(
        height: Int, width: Int, degrees: Double
    ) -> [[(pixel: Int, weight: Double)]] {
        let (sine, cosine) = sineAndCosine(degrees)
        let (middle, centre) = (Double(height - 1) / 2, Double(width - 1) / 2)
        return (0..<height * width).map { pixel in
            let down = Double(pixel / width) - middle
            let right = Double(pixel % width) - centre
            // Rows count downwards, so that counter-clockwise is from right to up.
            let row = middle + down * cosine + right * sine
            let column = centre + right * cosine - down * sine
            return corners(row, column, height, width)
        }
    }

    private static func corners(
        _ row: Double, _ column: Double, _ height: Int, _ width: Int
    ) -> [(pixel: Int, weight: Double)] {
        let (top, left) = (row.rounded(.down), column.rounded(.down))
        let (below, beside) = (row - top, column - left)
        let corners = [
            (top, left, (1 - below) * (1 - beside)), (top, left + 1, (1 - below) * beside),
            (top + 1, left, below * (1 - beside)), (top + 1, left + 1, below * beside),
        ]
        return corners.compactMap { y, x, weight in
            guard weight > 0, y >= 0, x >= 0, y < Double(height), x < Double(width) else {
                return nil
            }
            return (Int(y) * width + Int(x), weight)
        }
    }

    /// Exact for quarters of a turn.
    private static func sineAndCosine(_ degrees: Double) -> (Double, Double) {
        switch degrees.truncatingRemainder(dividingBy: 360) {
        case 0: (0, 1)
        case 90, -270: (1, 0)
        case 180, -180: (0, -1)
        case 270, -90: (-1, 0)
        default: (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
        }
    }
}
