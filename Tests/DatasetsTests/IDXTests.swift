import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct IDXTests {
    /// Two elements of each type: the bytes after the header, and what they mean.
    static let types: [(type: UInt8, body: [UInt8], values: SampleSet.Pixels)] = [
        (0x08, [0, 255], .bytes([0, 255])),
        (0x09, [0x80, 0x7F], .floats([-128, 127])),
        (0x0B, [0xFF, 0xFE, 0x01, 0x02], .floats([-2, 258])),
        (0x0C, [0xFF, 0xFF, 0xFF, 0xFF, 0, 1, 0, 2], .floats([-1, 65_538])),
        (0x0D, [0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0], .floats([1.5, -2])),
        (
            0x0E, [0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0],
            .floats([1.5, -2])
        ),
    ]

    static func file(_ type: UInt8, _ dimensions: [UInt8], _ body: [UInt8]) -> [UInt8] {
        [0, 0, type, UInt8(dimensions.count)] + dimensions.flatMap { [0, 0, 0, $0] } + body
    }

    @Test(arguments: types.indices) func everyTypeIsRead(_ index: Int) throws {
        let (type, body, values) = Self.types[index]
        let array = try IDXArray(Self.file(type, [1, 2], body), path: "x")
        #expect(array.dimensions == [1, 2])
        #expect(array.elements == values)
    }

    @Test(arguments: types.indices) func everyTruncationIsCorrupt(_ index: Int) {
        let whole = Self.file(Self.types[index].type, [2, 1], Self.types[index].body)
        for count in 0..<whole.count {
            #expect(
                exitCode { try IDXArray(Array(whole.prefix(count)), path: "x") } == .corruptData)
        }
        #expect(exitCode { try IDXArray(whole + [0], path: "x") } == .corruptData)
    }

    /// Whatever a header's byte becomes, the array read is as large as the bytes are.
    @Test func everyDamagedHeaderIsRefusedOrHarmless() {
        let whole = Self.file(0x08, [2, 3], [1, 2, 3, 4, 5, 6])
        for position in 0..<12 {
            for byte in UInt8.min...UInt8.max where byte != whole[position] {
                var damaged = whole
                damaged[position] = byte
                // A signed byte takes as much room, and so does nothing else.
                let isReadable = position == 2 && byte == 0x09
                #expect(
                    (exitCode { try IDXArray(damaged, path: "x") } == .corruptData) != isReadable)
            }
        }
    }

    @Test func hostileSizesAreRefused() {
        let most: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        for count in [1, 2, 3, 4, 255] {
            let header =
                [0, 0, 0x0E, UInt8(count)]
                + [[UInt8]](repeating: most, count: count)
                .joined()
            #expect(exitCode { try IDXArray(header, path: "x") } == .corruptData)
        }
        #expect(exitCode { try IDXArray(Self.file(0x08, [3, 0], []), path: "x") } == .corruptData)
        #expect(exitCode { try IDXArray(Self.file(0x08, [], [1]), path: "x") } == .corruptData)
    }

    @Test func errorsNameTheFile() {
        #expect(message { try IDXArray([1, 2, 3, 4], path: "a/b") }.hasPrefix("a/b: not an IDX"))
        #expect(message { try IDXArray([0, 0, 8, 1, 0], path: "a/b") }.hasPrefix("a/b: cut short"))
    }
}
