import ImageDecoding
import NeuralNetwork

extension ContactSheet {
    /// A picture of made or normalized images N×C×H×W: a grid, line by line, of at most
    /// ``mostImages``. Small images are enlarged, and large ones made smaller.
    ///
    /// Images of one or two channels are grey by the first; those of three and more are coloured by
    /// the first three. What lies outside the range of pixels is shown at its end, and what is no
    /// number as black.
    ///
    /// - Parameters:
    ///   - normalization: by which pixels were normalized; it is undone. Then 0 is black and the
    ///     divisor white. Pixels that were not divided have no such range: of those that are shown
    ///     the least is black and the greatest white.
    ///   - columns: of the grid.
    /// - Throws: ``DatasetError`` (78) where there is no image, or images are not N×C×H×W with a
    ///   mean for each channel.
    public init(
        images: Tensor, normalization: Normalization, columns: Int = 10
    ) throws(DatasetError) {
        precondition(columns >= 1, "a grid has a column at least")
        let shape = images.shape
        guard shape.count == 4, shape.allSatisfy({ $0 > 0 }) else {
            throw DatasetError(
                .impossible,
                "samples of \(shape.map(String.init).joined(separator: "×")) are no images N×C×H×W,"
                    + " and cannot be shown as a picture")
        }
        guard normalization.mean.count == shape[1] else {
            throw DatasetError(
                .impossible,
                "images of \(shape[1]) channels were not normalized by"
                    + " \(normalization.mean.count) means; give the normalization of their data")
        }
        let count = min(shape[0], Self.mostImages)
        let pixels = ShownPixels(images.rows(0..<count), normalization)
        self.init(
            grid: (0..<count).map(pixels.tile), columns: min(columns, count),
            height: shape[2], width: shape[3])
    }

    /// Images that are shown.
    public static let mostImages = 100
}

/// Images as bytes to be looked at.
private struct ShownPixels {
    private let values: [Float]
    private let channels: Int
    private let height: Int
    private let width: Int
    private let normalization: Normalization
    /// What is black and what is white, of divided pixels.
    private var range: (black: Double, white: Double)

    init(_ images: Tensor, _ normalization: Normalization) {
        values = images.values
        (channels, height, width) = (images.shape[1], images.shape[2], images.shape[3])
        self.normalization = normalization
        range = (0, 1)
        guard normalization.divisor == 1 else { return }
        let finite = values.indices.map(pixel).filter(\.isFinite)
        range = (finite.min() ?? 0, finite.max() ?? 1)
    }

    /// A divided pixel, by its place among all values.
    private func pixel(_ place: Int) -> Double {
        let channel = place / (height * width) % channels
        return Double(values[place]) * normalization.std[channel] + normalization.mean[channel]
    }

    /// An image in colours.
    func tile(_ number: Int) -> DecodedImage {
        let area = height * width
        let bytes = (0..<area * 3).map { place in
            byte(number, channel: channels < 3 ? 0 : place % 3, pixel: place / 3)
        }
        return DecodedImage(channels: 3, width: width, height: height, bytes: bytes)
    }

    private func byte(_ image: Int, channel: Int, pixel: Int) -> UInt8 {
        let shown = self.pixel((image * channels + channel) * height * width + pixel)
        let share = (shown - range.black) / (range.white - range.black)
        return share.isNaN ? 0 : UInt8(max(0, min(1, share)) * 255 + 0.5)
    }
}
