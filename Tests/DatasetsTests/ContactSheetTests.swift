import Datasets
import ImageDecoding
import Testing

/// What `cohort check --picture FILE.png` shows.
@Suite(.timeLimit(.minutes(1))) struct ContactSheetTests {
    private func set(_ shape: [Int], _ pixels: SampleSet.Pixels, _ labels: [Int]) -> SampleSet {
        SampleSet(shape: shape, pixels: pixels, labels: labels, classCount: 2)
    }

    private func view(_ set: SampleSet, _ contents: SampleContents = .image) -> SampleView {
        SampleView(
            train: set, test: nil, normalization: Normalization(measuring: set),
            contents: contents)
    }

    /// The colour in the middle of a tile.
    private func pixel(_ image: DecodedImage, _ x: Int, _ y: Int) -> [UInt8] {
        let start = (y * image.width + x) * 3
        return Array(image.bytes[start..<start + 3])
    }

    @Test func rowsAreClassesAndTilesAreEnlarged() throws {
        let bytes: [UInt8] = [10, 10, 10, 10, 20, 20, 20, 20, 30, 30, 30, 30]
        let sheet = try ContactSheet(
            of: Corpus(name: "x", view(set([1, 2, 2], .bytes(bytes), [1, 0, 1]))))
        let image = try DecodedImage(sheet.png())
        #expect(image.width == 8 * 66 + 2 && image.height == 2 * 66 + 2 && image.channels == 3)
        #expect(pixel(image, 34, 34) == [20, 20, 20])
        #expect(pixel(image, 34, 100) == [10, 10, 10])
        #expect(pixel(image, 100, 100) == [30, 30, 30])
        #expect(pixel(image, 100, 34) == [128, 128, 128])
    }

    @Test func threeChannelsAreColours() throws {
        let sheet = try ContactSheet(
            of: Corpus(
                name: "x", view(set([3, 1, 1], .bytes([1, 2, 3, 4, 5, 6]), [0, 1]))))
        let image = try DecodedImage(sheet.png())
        #expect(pixel(image, 34, 34) == [1, 2, 3] && pixel(image, 34, 100) == [4, 5, 6])
    }

    /// Channels that are no colours stand beside one another; floats fill the range of greys.
    @Test func otherChannelsAreTiles() throws {
        let values: [Float] = [-1, 1, 0, 3]
        let sheet = try ContactSheet(
            of: Corpus(name: "x", view(set([2, 1, 1], .floats(values), [0, 1]))))
        let image = try DecodedImage(sheet.png())
        #expect(pixel(image, 34, 34) == [0, 0, 0])
        #expect(pixel(image, 98, 34) == [127, 127, 127])
        #expect(pixel(image, 98, 100) == [255, 255, 255])
    }

    @Test func everyViewOfImagesIsShown() throws {
        let main = view(set([1, 1, 1], .bytes([1, 2]), [0, 1]))
        let other = view(set([1, 1, 1], .bytes([7, 8]), [0, 1]))
        let table = view(set([1, 1, 1], .floats([0, 0]), [0, 1]), .features)
        let sheet = try ContactSheet(
            of: Corpus(name: "x", main, views: ["infrared": other, "sensors": table]))
        #expect(sheet.views == ["", "infrared"])
        let image = try DecodedImage(sheet.png())
        #expect(image.height == 2 * (2 * 66 + 2) && pixel(image, 34, 134 + 34) == [7, 7, 7])
    }

    @Test func whatIsNoImageIsRefused() {
        let table = view(set([1, 1, 1], .floats([0, 0]), [0, 1]), .features)
        #expect(exitCode { try ContactSheet(of: Corpus(name: "x", table)) } == .configuration)
    }

    /// A large sample is reduced, each pixel to the mean of those under it.
    @Test(arguments: [[3, 512, 256], [1, 1, 1000], [2, 3000, 3000]])
    func largeSamplesAreReduced(_ shape: [Int]) throws {
        let size = shape.reduce(1, *)
        let bytes = (0..<2 * size).map { UInt8($0 % 2 == 0 ? 100 : 110) }
        let sheet = try ContactSheet(
            of: Corpus(name: "x", view(set(shape, .bytes(bytes), [0, 1]))))
        let image = try DecodedImage(sheet.png())
        let longest = shape.max() ?? 1
        let (height, width) = (max(1, shape[1] * 128 / longest), shape[2] * 128 / longest)
        let tiles = shape[0] == 2 ? 2 : 1
        #expect(image.height == 2 * (height + 2) + 2)
        #expect(image.width == 8 * (tiles * width + 2) + 2)
        #expect(pixel(image, 2 + width / 2, 2 + height / 2).allSatisfy { (103...107).contains($0) })
    }
}
