import ImageDecoding

extension DecodedImage {
    /// The channels that samples have.
    package enum Color: String, CaseIterable, Codable, Sendable {
        /// Red, green and blue; grey images have three equal channels.
        case rgb
        /// One channel, the luma of ITU-R 601-2: `0.299 R + 0.587 G + 0.114 B`.
        case grey

        /// How many.
        var channels: Int { self == .rgb ? 3 : 1 }
    }

    /// The image without alpha and in these channels.
    ///
    /// - Parameter background: what shows through where the image is transparent, 0 to 255.
    package func converted(to color: Color, background: Int) -> DecodedImage {
        opaque(over: background).colored(color)
    }

    /// Every pixel over a grey: `(value · alpha + background · (255 − alpha) + 127) / 255`.
    private func opaque(over background: Int) -> DecodedImage {
        guard channels.isMultiple(of: 2) else { return self }
        var result = [UInt8](repeating: 0, count: width * height * (channels - 1))
        let source = bytes.span
        var target = result.mutableSpan
        var next = 0
        for start in stride(from: 0, to: source.count, by: channels) {
            let alpha = Int(source[start + channels - 1])
            let rest = background * (255 - alpha) + 127
            for channel in start..<start + channels - 1 {
                target[next] = UInt8((Int(source[channel]) * alpha + rest) / 255)
                next += 1
            }
        }
        return DecodedImage(channels: channels - 1, width: width, height: height, bytes: result)
    }

    private func colored(_ color: Color) -> DecodedImage {
        guard channels != color.channels else { return self }
        var result = [UInt8](repeating: 0, count: width * height * color.channels)
        let source = bytes.span
        var target = result.mutableSpan
        for pixel in 0..<width * height {
            switch color {
            case .rgb: for channel in 0..<3 { target[pixel * 3 + channel] = source[pixel] }
            case .grey:
                let luma =
                    Int(source[pixel * 3]) * 19595 + Int(source[pixel * 3 + 1]) * 38470
                    + Int(source[pixel * 3 + 2]) * 7471
                target[pixel] = UInt8((luma + 0x8000) >> 16)
            }
        }
        return DecodedImage(
            channels: color.channels, width: width, height: height, bytes: result)
    }
}
