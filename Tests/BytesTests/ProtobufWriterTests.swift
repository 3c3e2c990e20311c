import Bytes
import Testing

/// The examples of <https://protobuf.dev/programming-guides/encoding/>, and limits of the types.
struct ProtobufWriterTests {
    private func bytes(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
        ProtobufWriter.message(body).bytes
    }

    @Test func integersTakeSevenBitsAByte() {
        #expect(bytes { $0.integer(1, 150) } == [0x08, 0x96, 0x01])
        #expect(bytes { $0.integer(1, 0) } == [0x08, 0x00])
        #expect(bytes { $0.integer(1, 127) } == [0x08, 0x7F])
        #expect(bytes { $0.integer(1, 128) } == [0x08, 0x80, 0x01])
        #expect(
            bytes { $0.integer(1, -2) } == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [1])
    }

    @Test func fieldsAboveFifteenHaveLongerTags() {
        #expect(bytes { $0.integer(20, 7) } == [0xA0, 0x01, 0x07])
    }

    @Test func textsAndMessagesHaveTheirLengths() {
        #expect(
            bytes { $0.text(2, "testing") }
                == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
        #expect(
            bytes { $0.message(3) { $0.integer(1, 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    }

    @Test func repeatedNumbersArePacked() {
        #expect(
            bytes { $0.integers(6, [3, 270, 86942]) }
                == [0x32, 0x06, 0x03, 0x8E, 0x02, 0x9E, 0xA7, 0x05])
        #expect(bytes { $0.integers(1, []) } == [0x0A, 0x00])
    }

    @Test func floatsAreLittleEndian() {
        #expect(bytes { $0.float(2, 1) } == [0x15, 0x00, 0x00, 0x80, 0x3F])
        #expect(bytes { $0.double(2, 1) } == [0x11, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    }

    @Test func flagsAreIntegers() {
        #expect(bytes { $0.flag(4, true) } == [0x20, 0x01])
        #expect(bytes { $0.flag(4, false) } == [0x20, 0x00])
    }
}
