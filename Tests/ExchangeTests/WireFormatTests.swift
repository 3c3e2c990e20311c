import Bytes
import CohortGraph
import Exchange
import Simulation
import Testing

/// The codec beside the bytes of the independent encoder.
@Suite(.timeLimit(.minutes(1)))
struct WireFormatTests {
    @Test func everyGoldenMessageIsDescribed() {
        #expect(Set(Golden.frames.keys) == Set(Golden.messages.keys))
    }

    @Test(arguments: Golden.messages.keys.sorted())
    func goldenBytesAreWritten(_ name: String) {
        #expect(WireCodec.encode(Golden.messages[name]!) == Golden.frames[name])
    }

    @Test(arguments: Golden.messages.keys.sorted())
    func goldenBytesAreRead(_ name: String) throws {
        #expect(try WireCodec.decode(Golden.frames[name]!) == Golden.messages[name])
    }

    /// Negative zero, subnormals and the like arrive bit by bit; only the lockstep judges values.
    @Test func valuesKeepTheirBits() throws {
        let bits: [UInt32] = [
            0, 0x8000_0000, 1, 0x7F80_0000, 0xFF80_0000, 0x7FC0_0001, 0x7F7F_FFFF,
        ]
        let tensor = KnowledgeTensor(
            name: "t", kind: .feature, shape: [bits.count],
            values: bits.map(Float.init(bitPattern:)))
        let message = Message(sender: Golden.sender, content: .knowledge([tensor]))
        guard case .knowledge(let read) = try WireCodec.decode(WireCodec.encode(message)).content
        else { return #expect(Bool(false), "not knowledge") }
        #expect(try read[0].values().map(\.bitPattern) == bits)
    }

    @Test func overlongTextIsCutAtACharacter() throws {
        let message = Message(
            sender: Golden.sender, content: .leave(reason: String(repeating: "€", count: 30000)))
        guard case .leave(let reason) = try WireCodec.decode(WireCodec.encode(message)).content
        else { return #expect(Bool(false), "not a leave") }
        #expect(reason == String(repeating: "€", count: 65535 / 3))
    }
}

/// The decoder on bytes that are not a message.
@Suite(.timeLimit(.minutes(1)))
struct WireDamageTests {
    private func error(_ frames: [[UInt8]], limit: Int = 1 << 20) -> WireError? {
        do {
            _ = try WireCodec.decode(frames, limit: limit)
            return nil
        } catch { return error }
    }

    /// Writes a correct checksum over frames that were altered, as a careful forger would.
    private func sealed(_ frames: [[UInt8]]) -> [[UInt8]] {
        var frames = frames
        let checksum = CRC32C.checksum(
            Array(frames[0].prefix(124)) + frames.dropFirst().joined())
        frames[0].replaceSubrange(
            124..<128, with: (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) })
        return frames
    }

    @Test(arguments: Golden.frames.keys.sorted())
    func truncationAtEveryOffsetIsRefused(_ name: String) {
        let frames = Golden.frames[name]!
        for (index, frame) in frames.enumerated() {
            for length in frame.indices {
                var cut = frames
                cut[index] = Array(frame.prefix(length))
                #expect(error(cut) != nil)
                #expect(index == 0 || error(sealed(cut)) != nil, "frame \(index) at \(length)")
            }
            #expect(error(Array(frames.prefix(index))) != nil)
            #expect(index < 1 || error(sealed(Array(frames.prefix(index)))) != nil)
        }
    }

    @Test(arguments: Golden.frames.keys.sorted())
    func everyFlippedBitIsRefused(_ name: String) {
        let frames = Golden.frames[name]!
        for (index, frame) in frames.enumerated() {
            for offset in frame.indices {
                for bit in 0..<8 {
                    var flipped = frames
                    flipped[index][offset] ^= 1 << bit
                    #expect(error(flipped) != nil, "frame \(index), byte \(offset), bit \(bit)")
                }
            }
        }
    }

    @Test func extraBytesAndFramesAreRefused() {
        for frames in Golden.frames.values {
            for index in frames.indices {
                var longer = frames
                longer[index].append(0)
                #expect(index == 0 ? error(longer) != nil : error(sealed(longer)) != nil)
            }
            #expect(error(sealed(frames + [[]]))?.field == .tensorCount)
            #expect(error(sealed(frames + [[], []]))?.field == .tensorCount)
        }
        #expect(error([])?.field == .frames)
        #expect(error(Array(repeating: [], count: 100_000))?.field == .frames)
    }

    /// Each header field, corrupted under a checksum that fits: name, offset, the bytes put there.
    static let headerForgeries: [(WireError.Field, Int, [UInt8])] = [
        (.magic, 0, [0x43, 0x4F, 0x48, 0x59]), (.version, 4, [2, 0]), (.version, 4, [0, 0]),
        (.kind, 6, [0]), (.kind, 6, [14]), (.kind, 6, [255]),
        (.sender, 56, [0]), (.sender, 56, [0x62, 0, 0x62]), (.sender, 56, [0xC3, 0x28]),
        (.tensorCount, 100, [2, 0, 0, 0]), (.tensorCount, 100, [255, 255, 255, 255]),
        (.tensorCount, 100, [0, 0, 0, 0]), (.step, 104, [0, 0, 0, 0x80, 0, 0, 0, 0]),
        (.step, 104, [255, 255, 255, 255, 255, 255, 255, 255]), (.usedSteps, 120, [0, 0, 0, 0x80]),
    ]

    @Test(arguments: headerForgeries)
    func aForgedHeaderFieldIsNamed(_ field: WireError.Field, _ offset: Int, _ bytes: [UInt8]) {
        var frames = Golden.frames["knowledge"]!
        frames[0].replaceSubrange(offset..<offset + bytes.count, with: bytes)
        #expect(error(sealed(frames))?.field == field)
    }

    /// Which rounds a step has is for the plan to say.
    @Test(arguments: [0, 4, 5, 128, 255] as [UInt8])
    func everyRoundNumberIsRead(_ number: UInt8) throws {
        var frames = Golden.frames["knowledge"]!
        frames[0][7] = number
        let message = try WireCodec.decode(sealed(frames))
        #expect(message.position.round == Round(rawValue: number))
        #expect(WireCodec.encode(message) == sealed(frames))
    }

    @Test func onlyKnowledgeSaysWhatWasUsed() {
        var frames = Golden.frames["alive"]!
        frames[0][120] = 1
        #expect(error(sealed(frames))?.field == .usedSteps)
    }

    /// As above, in the frame after the header, of the message named first.
    static let bodyForgeries: [(String, Int, WireError.Field, Int, [UInt8])] = [
        ("hello", 1, .classes, 0, [0, 0, 0, 0]), ("hello", 1, .classes, 0, [0, 0, 0, 0x80]),
        ("hello", 1, .text, 12, [255, 255]), ("hello", 1, .body, 12, [9, 0]),
        ("hello", 1, .text, 14, [0xFF]), ("refuse", 1, .refusal, 0, [14, 0]),
        ("refuse", 1, .refusal, 0, [0, 0]), ("leave", 1, .text, 0, [255, 0]),
        ("register", 1, .text, 0, [255, 255]), ("register", 1, .body, 0, [0, 0]),
        ("roster", 1, .text, 0, [3, 0]), ("roster", 1, .text, 0, [255, 255]),
        ("roster", 1, .body, 0, [1, 0]), ("roster", 1, .body, 0, [0, 0]),
        ("knowledge", 2, .tensorKind, 0, [6]), ("knowledge", 2, .dtype, 1, [0]),
        ("knowledge", 2, .dtype, 1, [7]), ("knowledge", 2, .values, 1, [5]),
        ("knowledge", 2, .rank, 2, [9]),
        ("knowledge", 2, .dimensions, 2, [1]), ("knowledge", 2, .dimensions, 2, [3]),
        ("knowledge", 2, .name, 3, [255]), ("knowledge", 2, .name, 4, [0xC3, 0x28]),
        ("knowledge", 2, .dimensions, 3, [5]), ("knowledge", 2, .values, 10, [3, 0, 0, 0]),
        ("knowledge", 2, .values, 10, [0, 0, 0, 0]),
        ("knowledge", 2, .dimensions, 10, [255, 255, 255, 255, 255, 255, 255, 255]),
        ("knowledge-many", 4, .dimensions, 10, [UInt8](repeating: 255, count: 12)),
    ]

    @Test(arguments: bodyForgeries)
    func aForgedFieldIsNamed(
        _ name: String, _ frame: Int, _ field: WireError.Field, _ offset: Int, _ bytes: [UInt8]
    ) {
        var frames = Golden.frames[name]!
        frames[frame].replaceSubrange(offset..<offset + bytes.count, with: bytes)
        #expect(error(sealed(frames))?.field == field)
    }

    @Test func tensorsBesideOtherKindsAreRefused() {
        var frames = Golden.frames["knowledge"]!
        frames[0][6] = 6
        #expect(error(sealed(frames))?.field == .tensorCount)
    }

    @Test func moreThanTheLimitIsRefused() {
        let frames = Golden.frames["knowledge"]!
        let size = frames.reduce(0) { $0 + $1.count }
        #expect(error(frames, limit: size) == nil)
        #expect(error(frames, limit: size - 1)?.field == .size)
    }

    /// Many random alterations under a fitting checksum: what is read is written the same again.
    /// The texts of a hello and a refusal may hold lines that are ignored; these read back as the
    /// same.
    @Test func randomMutationsAreReadWholeOrRefused() throws {
        var random = SplitMix(state: 20)
        let names = Golden.frames.keys.sorted()
        for _ in 0..<100_000 {
            var frames = Golden.frames[names.randomElement(using: &random)!]!
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&frames, &random) }
            guard frames.first?.count == 128 else { continue }
            frames = sealed(frames)
            guard let message = try? WireCodec.decode(frames) else { continue }
            let written = WireCodec.encode(message)
            switch message.content {
            case .hello, .refuse: #expect(try WireCodec.decode(written) == message)
            default: #expect(written == frames)
            }
        }
    }

    private func mutate(_ frames: inout [[UInt8]], _ random: inout SplitMix) {
        guard let index = frames.indices.randomElement(using: &random) else { return }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: frames.remove(at: index)
        case 1: frames.insert(frames[index], at: index)
        case 2 where index > 0: frames[index].removeLast(min(1, frames[index].count))
        case 3 where index > 0: frames[index].append(.random(in: 0...255, using: &random))
        default:
            guard let offset = frames[index].indices.randomElement(using: &random) else { return }
            frames[index][offset] = .random(in: 0...255, using: &random)
        }
    }
}
