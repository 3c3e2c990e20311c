import Bytes

/// Reads the fields of one frame; an error names the field.
struct FieldReader {
    private var reader: ByteReader

    init(_ bytes: ArraySlice<UInt8>) {
        reader = ByteReader(bytes)
    }

    mutating func bytes(
        _ count: Int, _ field: WireError.Field
    ) throws(WireError) -> ArraySlice<UInt8> {
        do { return try reader.bytes(count) } catch { throw WireError(field, "\(error)") }
    }

    mutating func integer<T: FixedWidthInteger>(
        _: T.Type, _ field: WireError.Field
    ) throws(WireError) -> T {
        do { return try reader.littleEndian(T.self) } catch { throw WireError(field, "\(error)") }
    }

    mutating func choice<T: RawRepresentable>(
        _: T.Type, _ field: WireError.Field
    ) throws(WireError) -> T where T.RawValue: FixedWidthInteger {
        let raw = try integer(T.RawValue.self, field)
        guard let value = T(rawValue: raw) else { throw WireError(field, "unknown number \(raw)") }
        return value
    }

    /// UTF-8 after a count of its bytes in 16 bits.
    mutating func text() throws(WireError) -> String {
        let count = Int(try integer(UInt16.self, .text))
        return try utf8(try bytes(count, .text), .text)
    }

    /// The 88 bytes that name the sender of a message, or the owner of a segment of a journal.
    mutating func sender() throws(WireError) -> Sender {
        Sender(
            run: Array(try bytes(16, .sender)),
            configurationDigest: Array(try bytes(32, .sender)),
            name: try paddedName(WireHeader.nameBytes),
            incarnation: try integer(UInt64.self, .sender))
    }

    /// A name filled up with zero bytes.
    private mutating func paddedName(_ count: Int) throws(WireError) -> String {
        let field = try bytes(count, .sender)
        let name = field.prefix { $0 != 0 }
        guard !name.isEmpty, field.dropFirst(name.count).allSatisfy({ $0 == 0 }) else {
            throw WireError(.sender, "not a name filled up with zero bytes")
        }
        return try utf8(name, .sender)
    }

    func utf8(
        _ bytes: ArraySlice<UInt8>, _ field: WireError.Field
    ) throws(WireError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WireError(field, "not UTF-8")
        }
        return text
    }

    /// - Throws: where bytes are left.
    func finish(_ field: WireError.Field) throws(WireError) {
        guard reader.remaining == 0 else {
            throw WireError(field, "\(reader.remaining) bytes too many")
        }
    }

    var remaining: Int { reader.remaining }
}

extension ByteWriter {
    /// The 88 bytes that name the sender of a message, or the owner of a segment of a journal.
    mutating func sender(_ sender: Sender) {
        append(sender.run)
        append(sender.configurationDigest)
        let name = Array(sender.name.utf8)
        precondition(
            1...WireHeader.nameBytes ~= name.count, "'\(sender.name)' is not 1 to 32 bytes long")
        append(name + [UInt8](repeating: 0, count: WireHeader.nameBytes - name.count))
        littleEndian(sender.incarnation)
    }

    /// UTF-8 after a count of its bytes in 16 bits, cut at a character where it is too long.
    mutating func text(_ text: String) {
        var bytes = Array(text.utf8.prefix(Int(UInt16.max)))
        while bytes.count == Int(UInt16.max), String(validating: bytes, as: UTF8.self) == nil {
            bytes.removeLast()
        }
        littleEndian(UInt16(bytes.count))
        append(bytes)
    }
}
