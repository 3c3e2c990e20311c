import Bytes

extension SampleSet {
    /// A SHA-256 (32 bytes) of the images, which does not depend on the files that they came from.
    ///
    /// It covers, each as a little-endian u64, the count, channels, height and width, and then the
    /// pixels as stored (bytes, or little-endian float32). Labels are left out: learners that share
    /// a pool need not know its labels, and a pool of the same images is the same pool.
    public func identity() -> [UInt8] {
        var header = ByteWriter()
        for number in [count] + shape {
            header.littleEndian(UInt64(number))
        }
        var hash = SHA256()
        hash.update(header.bytes[...])
        switch pixels {
        case .bytes(let values): hash.update(values[...])
        case .floats(let values): update(&hash, with: values)
        case .mapped(let values):
            for sample in 0..<count {
                hash.update(values.sample(sample)[...])
            }
        }
        return hash.finalized()
    }

    /// A SHA-256 (32 bytes) of the labels: of the count of samples, the count of classes, and the
    /// class of each sample, each as a little-endian u64.
    public func labelIdentity() -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 16 + labels.count * 8)
        writer.littleEndian(UInt64(count))
        writer.littleEndian(UInt64(classCount))
        for label in labels { writer.littleEndian(UInt64(bitPattern: Int64(label))) }
        return SHA256.digest(writer.bytes)
    }

    /// A sample at a time, so that the floats are never in memory twice.
    private func update(_ hash: inout SHA256, with values: [Float]) {
        for start in stride(from: 0, to: values.count, by: sampleSize) {
            var writer = ByteWriter(reservingCapacity: sampleSize * 4)
            for value in values[start..<start + sampleSize] {
                writer.littleEndian(value.bitPattern)
            }
            hash.update(writer.bytes[...])
        }
    }
}
