import Bytes
import CohortGraph
import Exchange
import Simulation
import Testing

/// What a crash leaves is read around; anything else is refused.
@Suite(.timeLimit(.minutes(1)))
struct JournalDamageTests {
    private let folder: JournalFolder

    init() throws { folder = try JournalFolder() }

    private var last: JournalRecord { shortRun[shortRun.count - 1] }

    /// The journal without its last record, and with it.
    private func bytesAroundTheLastRecord() throws -> (short: [UInt8], whole: [UInt8]) {
        try folder.append(Array(shortRun.dropLast()))
        let short = try folder.bytes()
        try folder.append([last])
        return (short, try folder.bytes())
    }

    @Test func aTornTailIsReadUpToAndThenRemoved() throws {
        let (short, whole) = try bytesAroundTheLastRecord()
        for length in short.count + 1..<whole.count {
            try folder.write(whole.prefix(length))
            let journal = try folder.read()
            let torn = try #require(journal.torn)
            #expect((torn.offset, torn.byteCount) == (short.count, length - short.count))
            #expect(try folder.records() == Array(shortRun.dropLast()))
            let writer = try folder.append([last])
            #expect(writer.removed == torn)
            #expect(try folder.bytes() == whole)
            #expect(try folder.read().torn == nil)
        }
    }

    /// Blocks that the system reserved and never wrote, from within any record on.
    @Test func aTailOfZerosIsTorn() throws {
        let (short, whole) = try bytesAroundTheLastRecord()
        for zeros in [1, 11, 12, 13, 100, 100_000] {
            try folder.write(short + [UInt8](repeating: 0, count: zeros))
            #expect(try folder.read().torn?.offset == short.count)
        }
        try folder.write(whole)
        let starts = try folder.read().entries.map(\.offset)
        for start in (starts[0]..<whole.count).reversed() {
            try folder.write(
                whole.prefix(start) + [UInt8](repeating: 0, count: whole.count - start))
            #expect(try folder.read().torn?.offset == starts.last { $0 <= start })
        }
        try folder.append(shortRun)
        #expect(try folder.bytes() == whole)
    }

    @Test func aTornHeaderIsBegunAgain() throws {
        try folder.append([])
        let header = try folder.bytes()
        for length in header.indices {
            try folder.write(header.prefix(length))
            #expect(failure { _ = try folder.read() }?.exitCode == .missingFile)
            try folder.append(shortRun)
            #expect(try folder.records() == shortRun)
            try folder.remove("segment-00000000.cohj")
        }
        try folder.append(shortRun)
        try folder.write(header.prefix(50), to: "segment-00000001.cohj")
        #expect(try folder.records() == shortRun)
        #expect(try folder.read().torn?.byteCount == 50)
        try folder.append([.end(lastStep: 7)])
        #expect(try folder.records() == shortRun + [.end(lastStep: 7)])
    }

    @Test func everyFlippedBitIsDamage() throws {
        try folder.append([shortRun[0], last])
        let whole = try folder.bytes()
        for offset in whole.indices {
            for bit in 0..<8 {
                var altered = whole
                altered[offset] ^= 1 << bit
                try folder.write(altered)
                let found = failure { _ = try folder.read() }
                #expect(found != nil, "byte \(offset), bit \(bit)")
                #expect([ExitCode.corruptData, .version].contains(found?.exitCode))
            }
        }
        let refused = failure { try folder.append([last]) }
        #expect(refused?.exitCode == .corruptData)
    }

    @Test func damageIsNamedByFileAndOffset() throws {
        let (short, whole) = try bytesAroundTheLastRecord()
        var altered = whole
        altered[short.count + 14] ^= 1
        try folder.write(altered)
        let path = "\(folder.path)/segment-00000000.cohj"
        #expect(
            failure { _ = try folder.read() }
                == ExchangeFailure(
                    exitCode: .corruptData,
                    message: "\(path) is damaged at byte \(short.count): a record is altered"))
    }

    /// Sound checksums around anything: the record is read, or refused by its place.
    @Test(arguments: [(JournalKind.published, 13), (.used, 9), (.end, 0)])
    func bodiesThatAreNotOfTheirKindAreRefused(_ kind: JournalKind, _ start: Int) throws {
        var random = SplitMix(state: 4)
        try folder.append(shortRun)
        let whole = try folder.bytes()
        let entry = try #require(folder.read().entries.first { $0.kind == kind.rawValue })
        let place = entry.offset + 12
        let body = Array(whole[place..<place + entry.byteCount])
        try folder.append(
            (0..<2000).map { _ in
                var body = body
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    guard let index = (start..<body.count).randomElement(using: &random) else {
                        continue
                    }
                    body[index] = .random(in: 0...255, using: &random)
                }
                return .other(
                    kind: kind.rawValue,
                    body: Array(body.dropLast(Int.random(in: 0...1, using: &random))))
            })
        var refused = 0
        for (entry, record) in try folder.read().records {
            guard case .failure(let error) = record else { continue }
            let failure = try #require(error as? ExchangeFailure)
            #expect(failure.exitCode == .corruptData)
            #expect(failure.message.contains("is damaged at byte \(entry.offset): "))
            refused += 1
        }
        #expect(refused > 500)
    }

    @Test func aTornRecordBeforeTheLastSegmentIsDamage() throws {
        try folder.append(shortRun, segmentBytes: 1)
        let bytes = try folder.bytes("segment-00000002.cohj")
        for length in [0, 50, 120, bytes.count - 1] {
            try folder.write(bytes.prefix(length), to: "segment-00000002.cohj")
            let found = failure { _ = try folder.read() }
            #expect(found?.exitCode == .corruptData, "\(length) bytes")
            #expect(found?.message.contains("segment-00000002.cohj") == true)
        }
    }

    @Test func aMissingOrForeignSegmentIsDamage() throws {
        try folder.append(shortRun, segmentBytes: 1)
        let third = try folder.bytes("segment-00000002.cohj")
        try folder.remove("segment-00000002.cohj")
        #expect(
            failure { _ = try folder.read() }
                == ExchangeFailure(
                    exitCode: .corruptData,
                    message: "the journal \(folder.path) is damaged: segment 2 is missing"))
        try folder.write(try folder.bytes("segment-00000001.cohj"), to: "segment-00000002.cohj")
        #expect(failure { _ = try folder.read() }?.exitCode == .corruptData)
        try folder.write(third, to: "segment-00000002.cohj")
        #expect(try folder.records() == shortRun)
        let other = try JournalFolder()
        var stranger = Golden.sender
        stranger.name = "stranger"
        try other.append(shortRun, by: stranger, segmentBytes: 1)
        try folder.write(try other.bytes("segment-00000002.cohj"), to: "segment-00000002.cohj")
        #expect(failure { _ = try folder.read() }?.message.contains("'stranger'") == true)
    }
}
