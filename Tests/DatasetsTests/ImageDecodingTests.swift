import Datasets
import ImageDecoding
import Testing

/// Decoding and resizing against Pillow: see `scripts/reference/datasets.py`.
@Suite(.timeLimit(.minutes(1))) struct ImageDecodingTests {
    private struct Picture: Decodable {
        var shape: [Int]
        var pixels: [UInt8]
    }

    private struct Resized: Decodable {
        var size: [Int]
        var filter: String
        var pixels: [UInt8]
    }

    /// Every kind of PNG to the bit, and every JPEG: both are decoded by the same arithmetic.
    @Test func pixelsAreThoseOfPillow() throws {
        let pictures = try Expected.value("images", as: [String: Picture].self)
        #expect(pictures.count == 21)
        for (name, picture) in pictures {
            let image = try DecodedImage(Expected.bytes("images/\(name)"))
            let color: DecodedImage.Color = picture.shape[2] == 1 ? .grey : .rgb
            let seen = image.converted(to: color, background: 255)
            #expect([seen.height, seen.width, seen.channels] == picture.shape, "\(name)")
            #expect(seen.bytes == picture.pixels, "\(name)")
        }
    }

    @Test func sizesAreThoseOfPillow() throws {
        let image = try DecodedImage(Expected.bytes("images/rgb.png"))
        for example in try Expected.value("resized", as: [Resized].self) {
            let form = ImageForm(
                size: example.size, fit: .crop,
                filter: try #require(Resampling.Filter(rawValue: example.filter)), color: .rgb,
                background: 255)
            let sample = form.sample(of: image, size: example.size)
            #expect(sample == example.pixels, "\(example.size) \(example.filter)")
        }
    }

    @Test func paddingCentresTheWholeImage() {
        let image = DecodedImage(channels: 1, width: 4, height: 2, bytes: [1, 1, 3, 3, 1, 1, 3, 3])
        let form = ImageForm(size: [4, 4], fit: .pad, filter: .area, color: .grey, background: 9)
        #expect(
            form.sample(of: image, size: [4, 4])
                == [9, 9, 9, 9, 1, 1, 3, 3, 1, 1, 3, 3, 9, 9, 9, 9])
    }

    @Test func colourBecomesLuma() {
        let image = DecodedImage(channels: 3, width: 2, height: 1, bytes: [255, 0, 0, 0, 255, 0])
        #expect(image.converted(to: .grey, background: 0).bytes == [76, 150])
    }

    /// What is cut short is refused, never filled up with grey.
    @Test(arguments: ["rgb.png", "interlaced.png", "photo.jpg", "progressive.jpg", "inks.jpg"])
    func everyTruncationIsRefused(_ name: String) throws {
        let whole = try Expected.bytes("images/\(name)")
        for count in 0..<whole.count - 2 {
            #expect(throws: DecodedImage.Failure.self, "\(name) \(count)") {
                try DecodedImage(Array(whole.prefix(count)))
            }
        }
    }

    @Test(arguments: ["rgb.png", "palette.png", "deep.png", "turned-6.jpg", "progressive.jpg"])
    func everyChangedByteIsRefusedOrHarmless(_ name: String) throws {
        let whole = try Expected.bytes("images/\(name)")
        for index in whole.indices {
            var damaged = whole
            damaged[index] ^= 0xFF
            _ = try? DecodedImage(damaged, mostPixels: 1 << 20)
        }
    }

    /// A header that claims 65,500×65,500 pixels.
    @Test func aBombIsRefusedBeforeMemoryIsTaken() throws {
        var bomb = try Expected.bytes("images/photo.jpg")
        let frame = try #require(
            bomb.indices.dropLast().first { bomb[$0] == 0xFF && bomb[$0 + 1] == 0xC0 })
        bomb.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        let text = message { try DecodedImage(bomb) }
        #expect(text.contains("65500×65500 pixels are more than 100000000"), "\(text)")
    }

    @Test func otherFormatsAreNamedAsSuch() {
        #expect(
            message { try DecodedImage(Array("GIF89a".utf8)) }
                == "is neither a PNG nor a JPEG file")
    }
}
