import Bytes
import Foundation

extension Corpus {
    /// Writes the samples into a folder as arrays of NumPy, for programs of other frameworks.
    ///
    /// `train-images.npy` holds N×C×H×W bytes or floats as they are stored, `train-labels.npy` N
    /// whole numbers, or N×T where each position has a label, -1 where it has none;
    /// `test-images.npy` and `test-labels.npy` are there where there are test samples,
    /// `classes.txt` where the classes have names. A folder inside it for each further view holds
    /// its images.
    ///
    /// - Throws: ``DiskError`` (74).
    public func writeArrays(to folder: String) throws {
        try defaultView.writeImages(to: folder)
        try train.writeLabels(to: "\(folder)/train-labels.npy")
        try test?.writeLabels(to: "\(folder)/test-labels.npy")
        for (name, view) in views { try view.writeImages(to: "\(folder)/\(name)") }
        guard let classNames else { return }
        let text = classNames.map { $0 + "\n" }.joined()
        let path = "\(folder)/classes.txt"
        do { try Data(text.utf8).write(to: URL(filePath: path)) } catch {
            throw DiskError("write", path, error)
        }
    }
}

extension SampleView {
    fileprivate func writeImages(to folder: String) throws {
        try train.writeImages(to: "\(folder)/train-images.npy")
        try test?.writeImages(to: "\(folder)/test-images.npy")
    }
}

extension SampleSet {
    /// Bytes that are written at a time, at least one sample.
    private static let partSize = 1 << 22

    /// Writes all samples N×C×H×W, as they are before normalization, as a NumPy array.
    ///
    /// - Throws: ``DiskError`` (74).
    package func writeImages(to path: String) throws {
        var type = "|u1"
        if case .floats = pixels { type = "<f4" }
        let writer = try NPYWriter(path, type: type, shape: [count] + shape)
        let samples = max(1, Self.partSize / (4 * sampleSize))
        for first in stride(from: 0, to: count, by: samples) {
            try writer.write(pixels.bytes(of: first..<min(count, first + samples), sampleSize))
        }
        try writer.finish()
    }

    /// Writes all labels as a NumPy array.
    ///
    /// - Throws: ``DiskError`` (74).
    package func writeLabels(to path: String) throws {
        let writer = try NPYWriter(
            path, type: "<i8",
            shape: labelsPerSample == 1 ? [count] : [count, labelsPerSample])
        var bytes = ByteWriter(reservingCapacity: 8 * labels.count)
        for label in labels { bytes.littleEndian(Int64(label)) }
        try writer.write(bytes.bytes)
        try writer.finish()
    }
}

extension SampleSet.Pixels {
    /// The bytes of some samples, each of `size` elements, in little-endian order.
    fileprivate func bytes(of samples: Range<Int>, _ size: Int) -> [UInt8] {
        let places = samples.lowerBound * size..<samples.upperBound * size
        switch self {
        case .bytes(let values): return Array(values[places])
        case .floats(let values): return Array(values[places]).littleEndianBytes
        case .mapped(let values): return samples.flatMap { values.sample($0) }
        }
    }
}
