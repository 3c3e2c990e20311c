import Bytes

/// The samples of one step of one stream.
public struct SampleBatch: Equatable, Sendable {
    /// The step, counted from 0.
    public let step: Int
    /// Sample numbers, in the order of the batch's rows.
    public let samples: [Int]
    /// The epoch that each sample belongs to; a batch may span the end of one.
    public let epochs: [Int]

    /// - Precondition: each sample has an epoch.
    public init(step: Int, samples: [Int], epochs: [Int]) {
        precondition(samples.count == epochs.count, "each sample has an epoch")
        self.step = step
        self.samples = samples
        self.epochs = epochs
    }

    /// What identifies the batch in a message: the first 8 bytes, as a little-endian u64, of the
    /// SHA-256 of the sample numbers as little-endian u64s.
    public var digest: UInt64 {
        var writer = ByteWriter(reservingCapacity: samples.count * 8)
        for sample in samples {
            writer.littleEndian(UInt64(sample))
        }
        return SHA256.digest(writer.bytes).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
