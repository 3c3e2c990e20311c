import Bytes
import Exchange

/// A journal of one segment, made of an input: as it is, and again with right checksums.
enum JournalInput {
    private static let headerBytes = 116
    private static let headBytes = 12

    static func run(_ bytes: [UInt8]) {
        read(bytes)
        read(sealed(bytes))
    }

    private static func read(_ bytes: [UInt8]) {
        guard let journal = try? JournalReader(segment: bytes) else { return }
        for (_, record) in journal.records {
            guard case .published(let knowledge) = try? record.get() else { continue }
            for tensor in knowledge.tensors { _ = try? tensor.values() }
        }
    }

    /// The checksums of the header and of each record as they should be.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= headerBytes else { return bytes }
        var sealed = bytes
        seal(&sealed, 0..<headerBytes - 4)
        var start = headerBytes
        while start + headBytes <= sealed.count {
            let length = (0..<4).reduce(0) { $0 | Int(sealed[start + $1]) << (8 * $1) }
            seal(&sealed, start..<start + 8)
            let end = start + headBytes + length
            guard end + 4 <= sealed.count else { break }
            seal(&sealed, start..<end)
            start = end + 4
        }
        return sealed
    }

    /// Writes the checksum of some bytes behind them.
    private static func seal(_ bytes: inout [UInt8], _ range: Range<Int>) {
        let checksum = littleEndian(CRC32C.checksum(Array(bytes[range])))
        bytes.replaceSubrange(range.upperBound..<range.upperBound + 4, with: checksum)
    }
}
