import CohortGraph
import Exchange
import Testing

/// The journal beside the bytes of the independent encoder.
@Suite(.timeLimit(.minutes(1)))
struct JournalFormatTests {
    private let folder: JournalFolder

    init() throws { folder = try JournalFolder() }

    /// The files that `scripts/journal-golden.py` wrote, by name.
    static let golden: [String: [UInt8]] = {
        let text = String(decoding: PackageResources.journal_golden_txt, as: UTF8.self)
        return Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let words = line.split(separator: " ")
                return (String(words[0]), Golden.bytes(words[1]))
            })
    }()

    static let records: [JournalRecord] = {
        let pooled = KnowledgeTensor(
            name: "layer3", kind: .feature, shape: [2, 2], values: [1, 2, 3, 4],
            codec: Float16Codec(), temperature: nil)
        let first = Knowledge(
            epoch: 0, step: 0, round: .before, batchDigest: 0xFEDC_BA98_7654_3210,
            tensors: [Golden.logits, pooled])
        var other = first
        other.tensors.removeLast()
        return [
            .published(first),
            .used(
                UsedKnowledge(
                    step: 0, round: .after,
                    teachers: [
                        .init(name: "a", origin: .taught(KnowledgeReference(other))),
                        .init(name: "c", origin: .late(other)),
                        .init(name: "état", origin: .absent(reason: "nothing came")),
                    ])),
            .published(
                Knowledge(
                    epoch: 3, step: 70000, round: .validation, batchDigest: 1,
                    tensors: [Golden.logits])),
            .end(lastStep: 70000),
        ]
    }()

    @Test func goldenBytesAreWritten() throws {
        let limit = try #require(Self.golden["segment-00000000.cohj"]).count
        try folder.append(Self.records, segmentBytes: limit)
        #expect(try folder.files == Self.golden.keys.sorted())
        for (name, bytes) in Self.golden { #expect(try folder.bytes(name) == bytes) }
    }

    @Test func goldenBytesAreRead() throws {
        for (name, bytes) in Self.golden { try folder.write(bytes, to: name) }
        #expect(try folder.records() == Self.records)
        #expect(try folder.read().sender == Golden.sender)
    }

    /// What is late is of an earlier step and round, or it is no such record.
    @Test(arguments: [
        (step: 3, round: Round.before, isSound: true), (3, .after, false), (4, .before, false),
    ])
    func whatIsLateIsOfAnEarlierSlot(step: Int, round: Round, isSound: Bool) throws {
        let late = knowledge("b", step, round: round)
        let record = JournalRecord.used(
            UsedKnowledge(
                step: 3, round: .after, teachers: [.init(name: "b", origin: .late(late))]))
        try folder.append([record])
        let problem = failure { _ = try folder.records() }
        #expect((problem == nil) == isSound)
        guard let problem else { return }
        #expect(
            problem.exitCode == .corruptData && problem.message.contains("what was late at step 3"))
    }

    /// Other kinds may come; what is not known is passed over.
    @Test func recordsOfOtherKindsAreKept() throws {
        let records: [JournalRecord] = [
            .other(kind: 7, body: [1, 2, 3]), .published(knowledge("b", 0)),
            .other(kind: .max, body: []), .end(lastStep: 0),
        ]
        try folder.append(records)
        #expect(try folder.records() == records)
        #expect(try folder.read().knowledge(step: 0, round: .before) == knowledge("b", 0))
    }
}
