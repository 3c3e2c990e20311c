import Bytes
import Foundation

/// A segment, open for reading.
struct SegmentFile {
    /// What stands at an offset.
    enum Reading {
        case record(kind: UInt32, body: [UInt8], check: UInt32)
        /// The file ends, or was never written, before the record does.
        case torn
        case damaged(String)
    }

    private enum Storage {
        case file(FileHandle)
        case memory([UInt8])
    }

    let path: String
    let byteCount: Int
    private let storage: Storage

    /// - Parameter path: names the segment where it is damaged.
    init(_ bytes: [UInt8], as path: String) {
        self.path = path
        byteCount = bytes.count
        storage = .memory(bytes)
    }

    init(_ path: String) throws(ExchangeFailure) {
        self.path = path
        let handle = try JournalFiles.attempt("read", path) {
            try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        }
        storage = .file(handle)
        byteCount = try JournalFiles.attempt("read", path) { Int(try handle.seekToEnd()) }
    }

    /// - Precondition: the file has so many bytes.
    private func read(_ count: Int, at offset: Int) throws(ExchangeFailure) -> [UInt8] {
        switch storage {
        case .memory(let bytes): Array(bytes[offset..<offset + count])
        case .file(let handle): try read(count, at: offset, of: handle)
        }
    }

    private func read(
        _ count: Int, at offset: Int, of handle: FileHandle
    ) throws(ExchangeFailure) -> [UInt8] {
        let data = try JournalFiles.attempt("read", path) {
            try handle.seek(toOffset: UInt64(offset))
            return try handle.read(upToCount: count) ?? Data()
        }
        guard data.count == count else {
            throw JournalFiles.damage(path, at: offset, "it became shorter while it was read")
        }
        return [UInt8](data)
    }

    /// The header; `nil` where a crash left no whole one.
    ///
    /// - Throws: ``ExchangeFailure``: 65 for damage, 76 for another version.
    func header() throws(ExchangeFailure) -> SegmentHeader? {
        let isEmpty = try isZero(from: 0)
        guard byteCount >= SegmentHeader.byteCount, !isEmpty else { return nil }
        do {
            return try SegmentHeader(try read(SegmentHeader.byteCount, at: 0))
        } catch let error as WireError {
            let damage = JournalFiles.damage(path, at: 0, "\(error)")
            throw ExchangeFailure(
                exitCode: error.field == .version ? .version : .corruptData, message: damage.message
            )
        } catch let failure as ExchangeFailure {
            throw failure
        } catch { throw .unexpected(error) }
    }

    func record(at offset: Int) throws(ExchangeFailure) -> Reading {
        guard byteCount - offset >= RecordFrame.headBytes else { return .torn }
        let head = try read(RecordFrame.headBytes, at: offset)
        guard RecordFrame.isSound(head: head) else {
            let isUnwritten = try isZero(from: offset + RecordFrame.headBytes - 1)
            return isUnwritten ? .torn : .damaged("a record's head is altered")
        }
        let length = Int(head.integer(UInt32.self, at: 0))
        let end = offset + RecordFrame.headBytes + length + RecordFrame.tailBytes
        guard end <= byteCount else { return .torn }
        let body = try read(length, at: offset + RecordFrame.headBytes)
        let check = try read(RecordFrame.tailBytes, at: end - RecordFrame.tailBytes)
        let due = RecordFrame.encode(RecordFrame.checksum(head: head, body: body))
        guard check == due else {
            let written = zip(check, due).prefix { $0 == $1 }.count
            let isUnwritten = try isZero(from: end - RecordFrame.tailBytes + written)
            return isUnwritten ? .torn : .damaged("a record is altered")
        }
        return .record(kind: head.integer(at: 4), body: body, check: check.integer(at: 0))
    }

    private func isZero(from start: Int) throws(ExchangeFailure) -> Bool {
        var offset = start
        while offset < byteCount {
            let chunk = try read(min(1 << 16, byteCount - offset), at: offset)
            guard chunk.allSatisfy({ $0 == 0 }) else { return false }
            offset += chunk.count
        }
        return true
    }
}

/// What stands around a record's body.
enum RecordFrame {
    /// Length, kind and their checksum.
    static let headBytes = 12
    /// The checksum of all before it.
    static let tailBytes = 4

    /// A record as it is written.
    static func encode(kind: UInt32, body: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: headBytes + body.count + tailBytes)
        writer.littleEndian(UInt32(body.count))
        writer.littleEndian(kind)
        writer.littleEndian(CRC32C.checksum(writer.bytes))
        let head = writer.bytes
        writer.append(body)
        writer.littleEndian(checksum(head: head, body: body))
        return writer.bytes
    }

    static func isSound(head: [UInt8]) -> Bool {
        CRC32C.checksum(Array(head.prefix(8))) == head.integer(at: 8)
    }

    static func encode(_ checksum: UInt32) -> [UInt8] {
        (0..<tailBytes).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    static func checksum(head: [UInt8], body: [UInt8]) -> UInt32 {
        var crc = CRC32C()
        crc.update(head)
        crc.update(body)
        return crc.checksum
    }
}
