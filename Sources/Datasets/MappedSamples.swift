import FoundationEssentials

/// Samples of bytes in a file that the system reads as they are used, so that they may be more than
/// fit into memory. Several sets of samples share the file's bytes.
public struct MappedSamples: Sendable {
    /// The mapped file; where none could be written, its bytes in memory.
    let file: Data
    /// Bytes of a sample.
    let size: Int
    /// The first byte of each sample in the file.
    private let starts: [Int]

    /// - Parameters:
    ///   - head: bytes before the first row.
    ///   - rows: which row of the file each sample is.
    init(file: Data, head: Int, size: Int, rows: [Int]) {
        self.init(file: file, size: size, starts: rows.map { head + $0 * size })
    }

    private init(file: Data, size: Int, starts: [Int]) {
        self.file = file
        self.size = size
        self.starts = starts
    }

    /// Bytes of all samples.
    var count: Int { starts.count * size }

    /// A byte of all samples, one after the other.
    subscript(index: Int) -> UInt8 { file[starts[index / size] + index % size] }

    /// Where a sample begins in the file.
    func start(of sample: Int) -> Int { starts[sample] }

    /// A copy of a sample.
    func sample(_ index: Int) -> [UInt8] {
        [UInt8](file[starts[index]..<starts[index] + size])
    }

    /// A copy of all samples.
    var all: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for start in starts { bytes += file[start..<start + size] }
        return bytes
    }

    /// The samples of these numbers, which stay in the file.
    func subset(_ samples: some Sequence<Int>) -> MappedSamples {
        MappedSamples(file: file, size: size, starts: samples.map { starts[$0] })
    }
}

extension MappedSamples: Equatable {
    /// Whether both hold the same bytes, wherever those lie.
    public static func == (one: MappedSamples, other: MappedSamples) -> Bool {
        one.size == other.size && one.starts.count == other.starts.count
            && one.starts.indices.allSatisfy { one.sample($0) == other.sample($0) }
    }
}
