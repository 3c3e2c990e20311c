import CDigests
import CZlib

/// Reading the members of a zip archive, stored or deflated, by zlib.
///
/// The format is that of PKWARE: the directory at the end names the members, and each has a header
/// of its own before its bytes. Archives beyond 4 GiB have their sizes in ZIP64 fields.
public struct Zip: Sendable {
    /// What is wrong with an archive, in words.
    public struct Failure: Error, Equatable, CustomStringConvertible {
        /// For a sentence about the file.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// Where a member's bytes are and how they are compressed.
    private struct Member: Sendable {
        var method: UInt16
        var isEncrypted: Bool
        var checksum: UInt32
        var packed: Int
        var size: Int
        var header: Int
    }

    private let bytes: [UInt8]
    private var members: [String: Member] = [:]
    /// The names of the members in the order of the directory.
    public private(set) var names: [String] = []

    /// Reads the directory of an archive.
    ///
    /// - Throws: ``Failure`` where the bytes are no zip archive, or its directory is damaged.
    public init(_ bytes: [UInt8]) throws(Failure) {
        self.bytes = bytes
        do {
            try readDirectory()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("its directory is cut short: \(error)")
        }
    }

    /// The contents of a member.
    ///
    /// - Parameter limit: the largest contents that are admitted, in bytes.
    /// - Throws: ``Failure`` where there is no such member, it is damaged, encrypted or compressed
    ///   in another way, or its contents are larger than `limit`.
    public func contents(of name: String, limit: Int = Int(Int32.max)) throws(Failure) -> [UInt8] {
        guard let member = members[name] else { throw Failure("it has no member '\(name)'") }
        guard !member.isEncrypted else { throw Failure("member '\(name)' is encrypted") }
        let packed = try packedBytes(member, name)
        let contents = try unpacked(packed, member, name, limit: limit)
        guard cohort_crc32(contents.span) == member.checksum else {
            throw Failure("member '\(name)' is damaged (its checksum differs)")
        }
        return contents
    }

    private func unpacked(
        _ packed: ArraySlice<UInt8>, _ member: Member, _ name: String, limit: Int
    ) throws(Failure) -> [UInt8] {
        switch member.method {
        case 0:
            guard member.size == packed.count else { throw Failure("member '\(name)' is damaged") }
            return Array(packed)
        case 8:
            // Deflate makes at most 1,032 bytes of one.
            guard member.size / 1040 <= packed.count, member.size <= min(limit, Int(Int32.max)),
                packed.count <= Int(Int32.max)
            else {
                throw Failure("member '\(name)' claims \(member.size) bytes, more than is possible")
            }
            var target = [UInt8](repeating: 0, count: member.size)
            var room = target.mutableSpan
            guard cohort_inflate(packed.span, &room) == 1 else {
                throw Failure("member '\(name)' is damaged")
            }
            return target
        default: throw Failure("member '\(name)' is compressed by method \(member.method)")
        }
    }

    private func packedBytes(
        _ member: Member, _ name: String
    ) throws(Failure) -> ArraySlice<UInt8> {
        do throws(TruncatedBytes) {
            var reader = try reader(at: member.header)
            guard try reader.littleEndian(UInt32.self) == 0x0403_4B50 else {
                throw TruncatedBytes(offset: member.header, wanted: 4, available: 0)
            }
            _ = try reader.bytes(22)
            let (nameBytes, extra) = (
                try reader.littleEndian(UInt16.self), try reader.littleEndian(UInt16.self)
            )
            _ = try reader.bytes(Int(nameBytes) + Int(extra))
            return try reader.bytes(member.packed)
        } catch {
            throw Failure("member '\(name)' is cut short or damaged")
        }
    }

    private func reader(at offset: Int) throws(TruncatedBytes) -> ByteReader {
        var reader = ByteReader(bytes)
        _ = try reader.bytes(offset)
        return reader
    }
}

extension Zip {
    private mutating func readDirectory() throws {
        let end = try endRecord()
        var reader = try reader(at: end.directory)
        for _ in 0..<end.count {
            let (name, member) = try Self.entry(&reader)
            if members.updateValue(member, forKey: name) == nil { names.append(name) }
        }
    }

    /// Where the directory begins, and how many entries it has.
    private func endRecord() throws -> (directory: Int, count: Int) {
        let signature: [UInt8] = [0x50, 0x4B, 5, 6]
        let earliest = max(0, bytes.count - 22 - 65_535)
        for start in stride(from: bytes.count - 22, through: earliest, by: -1)
        where start >= 0 && bytes[start..<start + 4].elementsEqual(signature) {
            var reader = try reader(at: start + 10)
            let count = try reader.littleEndian(UInt16.self)
            _ = try reader.bytes(4)
            let directory = try reader.littleEndian(UInt32.self)
            guard count == .max || directory == .max else { return (Int(directory), Int(count)) }
            return try largeEndRecord(before: start)
        }
        throw Failure("it is no whole zip archive: cut short or another format")
    }

    private func largeEndRecord(before end: Int) throws -> (directory: Int, count: Int) {
        var locator = try reader(at: max(0, end - 20))
        guard try locator.littleEndian(UInt32.self) == 0x0706_4B50 else {
            throw Failure("its directory is damaged")
        }
        _ = try locator.bytes(4)
        var record = try reader(at: Self.size(try locator.littleEndian(UInt64.self)))
        guard try record.littleEndian(UInt32.self) == 0x0606_4B50 else {
            throw Failure("its directory is damaged")
        }
        _ = try record.bytes(28)
        let count = Self.size(try record.littleEndian(UInt64.self))
        _ = try record.bytes(8)
        return (Self.size(try record.littleEndian(UInt64.self)), count)
    }

    private static func entry(_ reader: inout ByteReader) throws -> (String, Member) {
        guard try reader.littleEndian(UInt32.self) == 0x0201_4B50 else {
            throw Failure("its directory is damaged")
        }
        _ = try reader.bytes(4)
        let flags = try reader.littleEndian(UInt16.self)
        let method = try reader.littleEndian(UInt16.self)
        _ = try reader.bytes(4)
        let checksum = try reader.littleEndian(UInt32.self)
        var sizes = [try reader.littleEndian(UInt32.self), try reader.littleEndian(UInt32.self)]
        let lengths = try (0..<3).map { _ in Int(try reader.littleEndian(UInt16.self)) }
        _ = try reader.bytes(8)
        sizes.append(try reader.littleEndian(UInt32.self))
        let name = String(decoding: try reader.bytes(lengths[0]), as: UTF8.self)
        let (packed, size, header) = try large(sizes, extra: try reader.bytes(lengths[1]))
        _ = try reader.bytes(lengths[2])
        return (
            name,
            Member(
                method: method, isEncrypted: flags & 1 != 0, checksum: checksum, packed: packed,
                size: size, header: header)
        )
    }

    /// The packed size, the size and the place of the header, each from the ZIP64 field where it
    /// does not fit 32 bits.
    private static func large(
        _ sizes: [UInt32], extra: ArraySlice<UInt8>
    ) throws -> (packed: Int, size: Int, header: Int) {
        var (packed, size, header) = (Int(sizes[0]), Int(sizes[1]), Int(sizes[2]))
        var reader = ByteReader(extra)
        while sizes.contains(.max), reader.remaining >= 4 {
            let kind = try reader.littleEndian(UInt16.self)
            let length = Int(try reader.littleEndian(UInt16.self))
            var field = ByteReader(try reader.bytes(length))
            guard kind == 1 else { continue }
            if sizes[1] == .max { size = Self.size(try field.littleEndian(UInt64.self)) }
            if sizes[0] == .max { packed = Self.size(try field.littleEndian(UInt64.self)) }
            if sizes[2] == .max { header = Self.size(try field.littleEndian(UInt64.self)) }
            break
        }
        return (packed, size, header)
    }

    /// A size that is too large for this machine is larger than any file.
    private static func size(_ number: UInt64) -> Int { Int(clamping: number) }
}
