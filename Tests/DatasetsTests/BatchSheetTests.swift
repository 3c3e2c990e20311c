import Datasets
import ImageDecoding
import NeuralNetwork
import Testing

/// The picture of a batch of images that were made, or normalized.
@Suite(.timeLimit(.minutes(1))) struct BatchSheetTests {
    private func sheet(
        _ shape: [Int], _ values: [Float], _ normalization: Normalization, columns: Int = 10
    ) throws -> DecodedImage {
        try DecodedImage(
            ContactSheet(
                images: Tensor(shape: shape, values: values), normalization: normalization,
                columns: columns
            ).png())
    }

    private func pixel(_ image: DecodedImage, _ x: Int, _ y: Int) -> [UInt8] {
        let start = (y * image.width + x) * 3
        return Array(image.bytes[start..<start + 3])
    }

    /// Four images of one pixel in a grid of three columns; the ends of the range are kept.
    @Test func imagesStandLineByLineAndAreDenormalized() throws {
        let normalization = Normalization(divisor: 255, mean: [0.5], std: [0.25])
        let image = try sheet([4, 1, 1, 1], [0, -2, 2, 40], normalization, columns: 3)
        #expect(image.width == 3 * 66 + 2 && image.height == 2 * 66 + 2 && image.channels == 3)
        #expect(pixel(image, 34, 34) == [128, 128, 128])
        #expect(pixel(image, 100, 34) == [0, 0, 0])
        #expect(pixel(image, 166, 34) == [255, 255, 255])
        #expect(pixel(image, 34, 100) == [255, 255, 255])
        // Between tiles, and where no image is.
        #expect(pixel(image, 0, 0) == [128, 128, 128])
        #expect(pixel(image, 100, 100) == [128, 128, 128])
    }

    /// Each channel by its own numbers; of four channels the first three, of two the first.
    @Test func channelsAreColours() throws {
        let three = Normalization(divisor: 255, mean: [0, 0.2, 1], std: [1, 1, 2])
        #expect(try pixel(sheet([1, 3, 1, 1], [0.2, 0.2, -0.5], three), 34, 34) == [51, 102, 0])
        let four = Normalization(divisor: 16, mean: [0, 0, 0, 0], std: [1, 1, 1, 1])
        #expect(try pixel(sheet([1, 4, 1, 1], [1, 0, 0.2, 0.4], four), 34, 34) == [255, 0, 51])
        let two = Normalization(divisor: 255, mean: [0, 0], std: [1, 1])
        #expect(try pixel(sheet([1, 2, 1, 1], [0.4, 0.9], two), 34, 34) == [102, 102, 102])
    }

    /// Pixels that were not divided fill the range of greys; what is no number is black.
    @Test func pixelsWithoutARangeFillThatOfGreys() throws {
        let plain = Normalization(divisor: 1, mean: [0], std: [10])
        let image = try sheet([4, 1, 1, 1], [-3, 1, -1, .nan], plain)
        #expect(pixel(image, 34, 34) == [0, 0, 0] && pixel(image, 100, 34) == [255, 255, 255])
        #expect(pixel(image, 166, 34) == [128, 128, 128])
        #expect(pixel(image, 232, 34) == [0, 0, 0])
        let same = try sheet([1, 1, 1, 1], [7], plain)
        #expect(pixel(same, 34, 34) == [0, 0, 0])
    }

    /// Lines and columns of an image stay what they are.
    @Test func imagesAreUpright() throws {
        let plain = Normalization(divisor: 255, mean: [0], std: [1])
        let image = try sheet([1, 1, 2, 4], [0, 0.2, 0.4, 0.6, 0.8, 1, 0, 0], plain)
        #expect(image.width == 4 * 16 + 4 && image.height == 2 * 16 + 4)
        let row = [10, 26, 42, 58]
        #expect(row.map { pixel(image, $0, 10)[0] } == [0, 51, 102, 153])
        #expect(row.map { pixel(image, $0, 26)[0] } == [204, 255, 0, 0])
    }

    @Test func aLargeBatchIsShownInPart() throws {
        let image = try sheet(
            [250, 1, 1, 1], [Float](repeating: 0, count: 250),
            Normalization(divisor: 255, mean: [0], std: [1]))
        #expect(image.height == ContactSheet.mostImages / 10 * 66 + 2)
    }

    @Test func whatIsNoImageIsRefused() {
        let plain = Normalization(divisor: 1, mean: [0], std: [1])
        for shape in [[4, 5], [0, 1, 8, 8], [2, 2, 3, 3]] {
            let images = Tensor(repeating: 0, shape: shape)
            #expect(
                exitCode { _ = try ContactSheet(images: images, normalization: plain) }
                    == .configuration)
        }
    }
}
