import Bytes
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ByteReaderTests {
    @Test func integersAreReadInBothOrders() throws {
        var reader = ByteReader([1, 2, 3, 4, 5, 6, 7, 8, 0xFF, 0xFE])
        #expect(try reader.littleEndian(UInt16.self) == 0x0201)
        #expect(try reader.bigEndian(UInt16.self) == 0x0304)
        #expect(try reader.littleEndian(UInt32.self) == 0x0807_0605)
        #expect(try reader.littleEndian(Int16.self) == -257)
        #expect(reader.remaining == 0)
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        var writer = ByteWriter()
        writer.littleEndian(UInt8(250))
        writer.littleEndian(Int32.min)
        writer.littleEndian(UInt64.max - 1)
        writer.append([9, 8])
        var reader = ByteReader(writer.bytes)
        #expect(try reader.littleEndian(UInt8.self) == 250)
        #expect(try reader.littleEndian(Int32.self) == .min)
        #expect(try reader.littleEndian(UInt64.self) == .max - 1)
        #expect(try reader.bytes(2).elementsEqual([9, 8]))
    }

    @Test func theEndIsCheckedAndNothingIsConsumed() throws {
        var reader = ByteReader([1, 2, 3])
        _ = try reader.bytes(1)
        let error = #expect(throws: TruncatedBytes.self) { try reader.littleEndian(UInt32.self) }
        #expect(error?.description == "4 bytes wanted at offset 1, 2 left")
        #expect(throws: TruncatedBytes.self) { try reader.bytes(.max) }
        #expect(throws: TruncatedBytes.self) { try reader.bytes(-1) }
        #expect(reader.remaining == 2)
    }

    /// Offsets count from where the slice begins, not from where its array does.
    @Test func aSliceIsReadFromItsOwnStart() throws {
        var reader = ByteReader([0, 0, 7, 8][2...])
        #expect(try reader.bytes(1).elementsEqual([7]))
        #expect(reader.offset == 1)
        #expect(reader.remaining == 1)
    }
}
