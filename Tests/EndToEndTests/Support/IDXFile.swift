/// Bytes in the IDX format of the MNIST files, for data that a test makes.
enum IDXFile {
    /// - Parameter dimensions: how many, and for images also their height and width.
    static func bytes(dimensions: [Int], _ elements: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)]
            + dimensions.flatMap { size in
                stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> $0) }
            } + elements
    }

    /// Square images, each with one bright row, whose number is the label of the image.
    ///
    /// - Parameter start: numbers the first image, so that two sets need not be the same.
    static func pair(
        count: Int, size: Int, classes: Int, from start: Int = 0
    ) -> (images: [UInt8], labels: [UInt8]) {
        let labels = (start..<start + count).map { UInt8($0 % classes) }
        let pixels = (start..<start + count).flatMap { index in
            (0..<size * size).map { pixel in
                let noise = UInt8((index &* 31 &+ pixel &* 17) % 64)
                return pixel / size == index % classes ? 255 - noise : noise
            }
        }
        return (
            bytes(dimensions: [count, size, size], pixels), bytes(dimensions: [count], labels)
        )
    }
}
