import Bytes
import NeuralNetwork

/// How the samples of one batch are mixed.
package struct BatchMix: Equatable, Sendable {
    /// For each row of the batch the row that it is mixed with.
    package let partners: [Int]
    /// How much of its own each sample keeps, of its labels too.
    package let share: Float
    /// The rows and columns of an image that are the partner's; nil where all pixels are mixed.
    let rows: Range<Int>?
    let columns: Range<Int>?

    package init(
        partners: [Int], share: Float, rows: Range<Int>? = nil, columns: Range<Int>? = nil
    ) {
        (self.partners, self.share, self.rows, self.columns) = (partners, share, rows, columns)
    }

    /// The mixed samples of a batch.
    ///
    /// - Parameter images: of the batch, B×C×H×W.
    package func mixed(_ images: Tensor) -> Tensor {
        let own = images.values
        let size = own.count / partners.count
        var values = own
        for (row, partner) in partners.enumerated() {
            let (first, other) = (row * size, partner * size)
            guard let rows, let columns else {
                for index in 0..<size {
                    values[first + index] =
                        share * own[first + index] + (1 - share) * own[other + index]
                }
                continue
            }
            let (height, width) = (images.shape[2], images.shape[3])
            for line in 0..<images.shape[1] * height where rows.contains(line % height) {
                for place in columns.map({ line * width + $0 }) {
                    values[first + place] = own[other + place]
                }
            }
        }
        return Tensor(shape: images.shape, values: values)
    }

    /// What identifies the mixed batch in a message: the first 8 bytes, as a little-endian u64, of
    /// the SHA-256 of the digest of its sample numbers, the bits of the share, the partners, and
    /// where a rectangle is the partner's, its first and end row and column, all as little-endian
    /// u64s.
    package func digest(of numbers: UInt64) -> UInt64 {
        var writer = ByteWriter(reservingCapacity: (partners.count + 6) * 8)
        writer.littleEndian(numbers)
        writer.littleEndian(UInt64(share.bitPattern))
        for partner in partners { writer.littleEndian(UInt64(partner)) }
        for range in [rows, columns].compactMap(\.self) {
            writer.littleEndian(UInt64(range.lowerBound))
            writer.littleEndian(UInt64(range.upperBound))
        }
        return SHA256.digest(writer.bytes).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
