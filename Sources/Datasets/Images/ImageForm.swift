import ImageDecoding
import Options

/// How images of any size become samples of one.
package struct ImageForm: Codable, Equatable, Sendable {
    /// What is done where an image has other proportions than a sample.
    package enum Fit: String, CaseIterable, Codable, Sendable {
        /// The largest centred box of the sample's proportions is resized.
        case crop
        /// The whole image is resized, and its proportions change.
        case stretch
        /// The whole image is resized and centred on the background.
        case pad
    }

    /// Height and width of a sample; nil where all images have one size and keep it.
    let size: [Int]?
    let fit: Fit
    let filter: Resampling.Filter
    let color: DecodedImage.Color
    /// A grey, behind transparent pixels and beside padded images.
    let background: Int

    /// A form of these choices.
    package init(
        size: [Int]?, fit: Fit, filter: Resampling.Filter, color: DecodedImage.Color,
        background: Int
    ) {
        self.size = size
        self.fit = fit
        self.filter = filter
        self.color = color
        self.background = background
    }

    /// Reads `size`, `fit`, `filter`, `color` and `background`.
    init(options: inout OptionReader) throws(SettingError) {
        let size = options.list(
            "size", default: [Int](), help: "of a sample in pixels: one number, or height, width"
        ) { $0.count == 1 ? $0 + $0 : $0 }
        (fit, filter) = try options.reading(
            refusedBecause: size.isEmpty ? "without size; set it, or leave it out" : nil
        ) { (options) throws(SettingError) in
            (options.choice("fit", default: .crop), options.choice("filter", default: .bilinear))
        }
        color = options.choice("color", default: .rgb)
        background = options.value(
            "background", default: 255, in: 0...255, help: "a grey behind transparent pixels")
        guard size.count <= 2, size.allSatisfy({ (1...4096).contains($0) }) else {
            throw options.failure("size", "is one or two numbers in 1...4096")
        }
        self.size = size.isEmpty ? nil : size
    }

    /// The choices that samples of a size depend on, for the name of a cache.
    func text(size: [Int]) -> String {
        "\(size[0]) \(size[1]) \(fit.rawValue) \(filter.rawValue) \(color.rawValue) \(background)"
    }

    /// The image's sample, C×H×W.
    ///
    /// - Parameter size: height and width.
    package func sample(of image: DecodedImage, size: [Int]) -> [UInt8] {
        let image = image.converted(to: color, background: background)
        let isAlike = image.height == size[0] && image.width == size[1]
        return (isAlike ? image : fitted(image, (size[0], size[1]))).planes
    }

    private func fitted(_ image: DecodedImage, _ size: (Int, Int)) -> DecodedImage {
        let (height, width) = (Double(image.height), Double(image.width))
        let (down, across) = (height / Double(size.0), width / Double(size.1))
        switch fit {
        case .stretch: return image.resized(box: (0, 0, width, height), to: size, filter)
        case .crop:
            let scale = min(down, across)
            let box = (Double(size.1) * scale, Double(size.0) * scale)
            return image.resized(
                box: ((width - box.0) / 2, (height - box.1) / 2, box.0, box.1), to: size, filter)
        case .pad:
            let scale = max(down, across)
            let inner = (
                max(1, Int((height / scale).rounded())), max(1, Int((width / scale).rounded()))
            )
            let resized = image.resized(box: (0, 0, width, height), to: inner, filter)
            return resized.centred(in: size, background: UInt8(background))
        }
    }
}

extension DecodedImage {
    /// The image in the middle of a larger one, half a pixel up and left where it cannot be.
    fileprivate func centred(in size: (Int, Int), background: UInt8) -> DecodedImage {
        var result = [UInt8](repeating: background, count: size.0 * size.1 * channels)
        let (top, left) = ((size.0 - height) / 2, (size.1 - width) / 2)
        for row in 0..<height {
            let start = ((top + row) * size.1 + left) * channels
            let source = row * width * channels
            result.replaceSubrange(
                start..<start + width * channels, with: bytes[source..<source + width * channels])
        }
        return DecodedImage(channels: channels, width: size.1, height: size.0, bytes: result)
    }
}
