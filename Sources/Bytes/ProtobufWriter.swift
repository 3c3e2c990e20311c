/// Writes a message of Protocol Buffers, in the encoding that
/// <https://protobuf.dev/programming-guides/encoding/> describes.
///
/// Fields are named by their numbers in the message's schema.
package struct ProtobufWriter {
    private var writer = ByteWriter()

    /// An empty message.
    package init() {}

    /// The message.
    package var bytes: [UInt8] { writer.bytes }

    /// The message that `body` writes.
    package static func message(_ body: (inout ProtobufWriter) -> Void) -> ProtobufWriter {
        var message = ProtobufWriter()
        body(&message)
        return message
    }

    /// An integer of type int32, int64 or enum.
    package mutating func integer(_ field: Int, _ value: Int) {
        variableLength(UInt64(field << 3 | WireType.variableLength))
        variableLength(UInt64(bitPattern: Int64(value)))
    }

    /// Integers in one packed field; a repeated field of int64.
    package mutating func integers(_ field: Int, _ values: [Int]) {
        bytes(
            field,
            Self.message { packed in
                for value in values { packed.variableLength(UInt64(bitPattern: Int64(value))) }
            }.bytes)
    }

    /// Numbers in one packed field; a repeated field of double.
    package mutating func doubles(_ field: Int, _ values: [Double]) {
        var packed = ByteWriter()
        for value in values { packed.littleEndian(value.bitPattern) }
        bytes(field, packed.bytes)
    }

    /// A number of type float.
    package mutating func float(_ field: Int, _ value: Float) {
        variableLength(UInt64(field << 3 | WireType.fourBytes))
        writer.littleEndian(value.bitPattern)
    }

    /// A number of type double.
    package mutating func double(_ field: Int, _ value: Double) {
        variableLength(UInt64(field << 3 | WireType.eightBytes))
        writer.littleEndian(value.bitPattern)
    }

    /// A value of type bool.
    package mutating func flag(_ field: Int, _ value: Bool) { integer(field, value ? 1 : 0) }

    /// A text, as UTF-8.
    package mutating func text(_ field: Int, _ text: String) {
        bytes(field, Array(text.utf8))
    }

    /// A message within this one.
    package mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        bytes(field, Self.message(body).bytes)
    }

    /// Raw bytes.
    package mutating func bytes(_ field: Int, _ bytes: [UInt8]) {
        variableLength(UInt64(field << 3 | WireType.lengthDelimited))
        variableLength(UInt64(bytes.count))
        writer.append(bytes)
    }

    private enum WireType {
        static let variableLength = 0
        static let eightBytes = 1
        static let lengthDelimited = 2
        static let fourBytes = 5
    }

    /// Seven bits in each byte, the lowest first; the eighth says that another byte follows.
    private mutating func variableLength(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            writer.append(CollectionOfOne(UInt8(rest & 0x7F | 0x80)))
            rest >>= 7
        }
        writer.append(CollectionOfOne(UInt8(rest)))
    }
}
