extension DerivedView {
    /// Views that show other channels of an image of red, green and blue.
    static let colours = [
        DerivedView(name: "grey", summary: "the luma of a colour image, one channel") {
            (shape) throws(Misfit) in
            try requireColours(shape)
            let area = shape[1] * shape[2]
            return .function(shape: [1, shape[1], shape[2]], offset: 0) { luma($0, area) }
        },
        DerivedView(name: "chroma", summary: "the colours of an image without its luma: Cb, Cr") {
            (shape) throws(Misfit) in
            try requireColours(shape)
            let area = shape[1] * shape[2]
            return .function(shape: [2, shape[1], shape[2]], offset: 128) { image in
                difference(image, area, to: 2, by: 1.772)
                    + difference(image, area, to: 0, by: 1.402)
            }
        },
        DerivedView(name: "edges", summary: "how fast the luma changes, one channel (Sobel)") {
            (shape) throws(Misfit) in
            if shape[0] != 1 { try requireColours(shape) }
            guard shape[1] > 1, shape[2] > 1 else {
                throw Misfit(reason: "needs two rows and two columns")
            }
            let (height, width) = (shape[1], shape[2])
            return .function(shape: [1, height, width], offset: 0) { image in
                slopes(
                    shape[0] == 1 ? image : luma(image, height * width), height: height,
                    width: width)
            }
        },
    ]

    private static func requireColours(_ shape: [Int]) throws(Misfit) {
        guard shape[0] == 3 else {
            throw Misfit(reason: "needs three channels, red, green and blue")
        }
    }

    /// The luma of ITU-R 601-2, `0.299 R + 0.587 G + 0.114 B`, with weights of 16 bits, as pictures
    /// are read in grey.
    private static func luma(_ image: [Double], _ area: Int) -> [Double] {
        (0..<area).map { pixel in
            (image[pixel] * 19595 + image[area + pixel] * 38470 + image[2 * area + pixel] * 7471)
                / 65536
        }
    }

    /// How far a channel is from the luma, so scaled that it fits into the range of a channel.
    private static func difference(
        _ image: [Double], _ area: Int, to channel: Int, by divisor: Double
    ) -> [Double] {
        zip(image[channel * area..<(channel + 1) * area], luma(image, area))
            .map { ($0 - $1) / divisor }
    }

    /// A quarter of the length of Sobel's gradient; beyond its edge the image continues unchanged.
    private static func slopes(_ image: [Double], height: Int, width: Int) -> [Double] {
        func value(_ row: Int, _ column: Int) -> Double {
            image[min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1)]
        }
        return (0..<height * width).map { pixel in
            let (row, column) = (pixel / width, pixel % width)
            var (across, down) = (0.0, 0.0)
            for (offset, weight) in [(-1, 1.0), (0, 2.0), (1, 1.0)] {
                across +=
                    weight
                    * (value(row + offset, column + 1) - value(row + offset, column - 1))
                down +=
                    weight
                    * (value(row + 1, column + offset) - value(row - 1, column + offset))
            }
            return (across * across + down * down).squareRoot() / 4
        }
    }
}
