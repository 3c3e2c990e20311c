import CImages

/// A decoded image: 8 bits a channel, row by row, the channels of a pixel beside one another.
public struct DecodedImage: Equatable, Sendable {
    /// 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
    public let channels: Int
    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Row by row, `channels` for each pixel.
    public let bytes: [UInt8]

    /// The most pixels that an image may have: a file of a few bytes can claim more than any memory
    /// holds.
    public static let mostPixels = 100_000_000

    /// Why bytes are no image, in words.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        /// For a sentence about the file.
        public let description: String
    }

    /// An image of these bytes.
    ///
    /// - Precondition: there is a byte for each channel of each pixel.
    public init(channels: Int, width: Int, height: Int, bytes: [UInt8]) {
        precondition(bytes.count == width * height * channels, "a byte for each channel")
        self.channels = channels
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// Decodes a PNG or JPEG file by libpng or libjpeg-turbo, and turns it upright by its EXIF
    /// orientation.
    ///
    /// Samples of 16 bits are scaled to 8, palettes resolved, inks (CMYK) turned into colours.
    /// Profiles of colour and gamma are ignored.
    ///
    /// - Parameter mostPixels: more are refused before any memory is taken for them.
    /// - Throws: ``Failure`` where the bytes are no such file, are damaged or cut short, or the
    ///   image is too large.
    public init(
        _ file: [UInt8], mostPixels: Int = Self.mostPixels
    ) throws(Failure) {
        let header = try ImageHeader(file, mostPixels: mostPixels)
        var bytes = [UInt8](
            repeating: 0, count: header.storedWidth * header.storedHeight * header.channels)
        var message = [UInt8](repeating: 0, count: 200)
        var target = bytes.mutableSpan
        var text = message.mutableSpan
        let status = cohort_image_decode(file.span, &target, &text)
        guard status == 1 else { throw Self.failure(message) }
        let stored = DecodedImage(
            channels: header.channels, width: header.storedWidth, height: header.storedHeight,
            bytes: bytes)
        self = header.orientation > 1 ? stored.turned(by: header.orientation) : stored
    }

    /// The image as a PNG file.
    ///
    /// - Precondition: it is grey or coloured, without alpha.
    /// - Throws: ``Failure`` where it is too large for libpng.
    public func png() throws(Failure) -> [UInt8] {
        precondition(channels == 1 || channels == 3, "grey or colour")
        // What deflate adds to bytes that it cannot make smaller, and the chunks around them.
        var file = [UInt8](repeating: 0, count: (bytes.count + height) * 101 / 100 + 4096)
        var target = file.mutableSpan
        let count = cohort_png_encode(
            bytes.span, Int32(width), Int32(height), Int32(channels), &target)
        guard count > 0 else {
            throw Failure(description: "\(height)×\(width) pixels are too many for a PNG file")
        }
        file.removeLast(file.count - Int(count))
        return file
    }

    /// The channels one after the other, C×H×W.
    package var planes: [UInt8] {
        guard channels > 1 else { return bytes }
        var planes = [UInt8](repeating: 0, count: bytes.count)
        var target = planes.mutableSpan
        let isDone = cohort_image_planes(bytes.span, Int64(channels), &target)
        precondition(isDone == 1, "the image has a byte for each channel")
        return planes
    }

    /// Some rows with another number of pixels each, row by row.
    ///
    /// - Parameters:
    ///   - starts: for each target pixel the first source pixel.
    ///   - counts: for each target pixel how many source pixels it is made of.
    ///   - weights: of the source pixels, as many for each target pixel.
    ///   - bits: weights are in units of 2^−bits.
    /// - Precondition: the source pixels are in the image.
    package func resizedRows(
        _ rows: Range<Int>, starts: [Int32], counts: [Int32], weights: [Int32], bits: Int
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: rows.count * starts.count * channels)
        var target = result.mutableSpan
        let start = rows.lowerBound * width * channels
        let isDone = cohort_image_rows(
            bytes.span.extracting(start...), Int64(width), Int64(channels), starts.span,
            counts.span, weights.span, Int32(bits), &target)
        precondition(isDone == 1, "source pixels are in the image")
        return result
    }

    /// What a library reports of a file, up to a zero byte.
    static func failure(_ message: [UInt8]) -> Failure {
        let text = String(decoding: message.prefix { $0 != 0 }, as: UTF8.self)
        return Failure(description: "is damaged or cut short (\(text))")
    }

    /// The image as it is to be seen.
    ///
    /// - Parameter orientation: of EXIF: 2 to 8 say how the stored rows were turned and mirrored.
    package func turned(by orientation: Int) -> DecodedImage {
        let isTransposed = orientation > 4
        let (rows, columns) = isTransposed ? (width, height) : (height, width)
        let isUpsideDown = [3, 4, 7, 8].contains(orientation)
        let isMirrored = [2, 3, 6, 7].contains(orientation)
        var turned = [UInt8](repeating: 0, count: bytes.count)
        let source = bytes.span
        var target = turned.mutableSpan
        var next = 0
        for row in 0..<rows {
            for column in 0..<columns {
                let y = isUpsideDown ? rows - 1 - row : row
                let x = isMirrored ? columns - 1 - column : column
                let start = (isTransposed ? x * width + y : y * width + x) * channels
                for channel in start..<start + channels {
                    target[next] = source[channel]
                    next += 1
                }
            }
        }
        return DecodedImage(channels: channels, width: columns, height: rows, bytes: turned)
    }
}

/// What the first bytes of a PNG or JPEG file say of its image.
public struct ImageHeader: Equatable, Sendable {
    /// 1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha.
    public let channels: Int
    /// The EXIF orientation: 1 for an image that is stored upright, 2 to 8 for others.
    public let orientation: Int
    let storedWidth: Int
    let storedHeight: Int

    /// In pixels, of the upright image.
    public var width: Int { orientation > 4 ? storedHeight : storedWidth }
    /// In pixels, of the upright image.
    public var height: Int { orientation > 4 ? storedWidth : storedHeight }

    /// Reads the header alone; the image behind it may be damaged.
    ///
    /// - Parameter mostPixels: more are refused.
    /// - Throws: ``DecodedImage/Failure`` where the bytes are neither a PNG nor a JPEG file, the
    ///   header is damaged, or the image is too large.
    public init(
        _ file: [UInt8], mostPixels: Int = DecodedImage.mostPixels
    ) throws(DecodedImage.Failure) {
        var numbers = [Int32](repeating: 0, count: 4)
        var message = [UInt8](repeating: 0, count: 200)
        var fields = numbers.mutableSpan
        var text = message.mutableSpan
        switch cohort_image_header(file.span, &fields, &text) {
        case 1: break
        case 0: throw DecodedImage.Failure(description: "is neither a PNG nor a JPEG file")
        default: throw DecodedImage.failure(message)
        }
        (storedWidth, storedHeight) = (Int(numbers[0]), Int(numbers[1]))
        (channels, orientation) = (Int(numbers[2]), Int(numbers[3]))
        guard storedWidth > 0, storedHeight > 0, storedWidth <= mostPixels / storedHeight else {
            throw DecodedImage.Failure(
                description:
                    "\(height)×\(width) pixels are more than \(mostPixels); make it smaller")
        }
    }
}
