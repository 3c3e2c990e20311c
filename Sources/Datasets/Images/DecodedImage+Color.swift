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
        var result: [UInt8] = []
        result.reserveCapacity(width * height * (channels - 1))
        for start in stride(from: 0, to: bytes.count, by: channels) {
            let alpha = Int(bytes[start + channels - 1])
            let rest = background * (255 - alpha) + 127
            for channel in start..<start + channels - 1 {
                result.append(UInt8((Int(bytes[channel]) * alpha + rest) / 255))
            }
        }
        return DecodedImage(channels: channels - 1, width: width, height: height, bytes: result)
    }

    private func colored(_ color: Color) -> DecodedImage {
        guard channels != color.channels else { return self }
        var result: [UInt8] = []
        result.reserveCapacity(width * height * color.channels)
        switch color {
        case .rgb: for value in bytes { for _ in 0..<3 { result.append(value) } }
        case .grey:
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let luma =
                    Int(bytes[start]) * 19595 + Int(bytes[start + 1]) * 38470
                    + Int(bytes[start + 2]) * 7471
                result.append(UInt8((luma + 0x8000) >> 16))
            }
        }
        return DecodedImage(
            channels: color.channels, width: width, height: height, bytes: result)
    }
}
