import Bytes

/// The head of a segment: 104 bytes that say whose it is.
struct SegmentHeader: Hashable {
    static let byteCount = 104
    static let magic = Array("COHJ".utf8)
    static let version: UInt16 = 1

    var sender: Sender
    /// The segment's number, as in its file's name.
    var number: Int

    func encoded() -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.byteCount)
        writer.append(Self.magic)
        writer.littleEndian(Self.version)
        writer.littleEndian(UInt16(0))
        writer.sender(sender)
        writer.littleEndian(UInt32(number))
        writer.littleEndian(CRC32C.checksum(writer.bytes))
        return writer.bytes
    }

    init(sender: Sender, number: Int) {
        self.sender = sender
        self.number = number
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
        _ = try fields.integer(UInt32.self, .checksum)
        try fields.finish(.size)
    }
}
