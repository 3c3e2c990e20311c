import Bytes

/// The head of a segment: 116 bytes that name its learner, and the segment that it follows.
struct SegmentHeader: Hashable {
    static let byteCount = 116
    static let magic = Array("COHJ".utf8)
    static let version: UInt16 = 2

    var sender: Sender
    /// The segment's number, as in its file's name.
    var number: Int
    /// Where the segment before it ended when this one was begun.
    var previous: SegmentEnd

    func encoded() -> [UInt8] {
        fields + RecordFrame.encode(checksum)
    }

    var checksum: UInt32 { CRC32C.checksum(fields) }

    private var fields: [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.byteCount)
        writer.append(Self.magic)
        writer.littleEndian(Self.version)
        writer.littleEndian(UInt16(0))
        writer.sender(sender)
        writer.littleEndian(UInt32(number))
        writer.littleEndian(previous.check)
        writer.littleEndian(UInt64(previous.byteCount))
        return writer.bytes
    }

    init(sender: Sender, number: Int, previous: SegmentEnd = .none) {
        self.sender = sender
        self.number = number
        self.previous = previous
    }

    /// - Throws: ``WireError`` naming the first field that is wrong.
    init(_ bytes: [UInt8]) throws(WireError) {
        var fields = FieldReader(bytes[...])
        guard try fields.bytes(4, .magic).elementsEqual(Self.magic) else {
            throw WireError(.magic, "not a segment of a journal")
        }
        let version = try fields.integer(UInt16.self, .version)
        guard version == Self.version else {
            throw WireError(.version, "\(version), where \(Self.version) is read here")
        }
        guard CRC32C.checksum(Array(bytes.dropLast(4))) == bytes.integer(at: bytes.count - 4)
        else { throw WireError(.checksum, "the header's does not fit") }
        guard try fields.integer(UInt16.self, .reserved) == 0 else {
            throw WireError(.reserved, "not zero")
        }
        sender = try fields.sender()
        number = Int(try fields.integer(UInt32.self, .body))
        let check = try fields.integer(UInt32.self, .body)
        let length = try fields.integer(UInt64.self, .body)
        guard length <= UInt64(Int.max) else { throw WireError(.size, "\(length) is out of range") }
        previous = SegmentEnd(byteCount: Int(length), check: check)
        _ = try fields.integer(UInt32.self, .checksum)
        try fields.finish(.size)
    }
}

/// How a segment ends: its successor holds the same.
struct SegmentEnd: Hashable, Sendable {
    var byteCount: Int
    /// The last checksum in it: that of its last record, or of its header where it has none.
    var check: UInt32

    /// Of the segment before the first.
    static let none = SegmentEnd(byteCount: 0, check: 0)
}
