import Bytes
import CohortGraph
import Exchange
import Testing

/// Recordings that cannot take their teacher's place.
@Suite(.timeLimit(.minutes(1)))
struct RecordingTests {
    private let folder: JournalFolder
    private let exchange: RecordedExchange

    init() throws {
        folder = try JournalFolder()
        var infinite = knowledge("t", 3)
        infinite.tensors[0].payload.replaceSubrange(0..<4, with: [0, 0, 0x80, 0x7F])
        try folder.append([
            .published(knowledge("t", 0)), .published(knowledge("t", 1)), .published(infinite),
            .published(knowledge("t", 4, samples: 1)),
        ])
        let link = Link("t") { step, round in
            switch (step, round) {
            case (_, .after): []
            case (1, _): ["logits", "layer3"]
            default: ["logits"]
            }
        }
        exchange = RecordedExchange(
            nil, recordings: [(link, try folder.read())], order: ["t"], classes: 3)
    }

    private func gather(_ step: Int, _ round: Round = .before, _ digest: UInt64? = nil) throws
        -> [String]
    {
        try exchange.gather(step: step, round: round, batchDigest: digest ?? UInt64(step))
            .knowledge.map(\.sender)
    }

    @Test func whatIsThereIsTaken() throws {
        #expect(try gather(0) == ["t"])
        #expect(try gather(4) == ["t"])
        #expect(try gather(0, .after).isEmpty)
    }

    static let refused: [(Int, Round, UInt64, ExitCode, String)] = [
        (
            0, .before, 9, .configuration,
            "at step 0 it is of another batch (digest 0, here 9): the recording is of other samples"
                + " or another seed; record it again with this run's data, seed and batch size"
        ),
        (
            1, .before, 1, .missingFile,
            "it has no 'layer3' at step 1, only logits: record it again with what this run's edges"
                + " ask for"
        ),
        (
            2, .before, 2, .missingFile,
            "it has nothing of step 2: record it again with this run's rounds"
        ),
        (
            0, .validation, 0, .missingFile,
            "it has nothing of step 0, round validation: record it again with this run's rounds"
        ),
        (
            3, .before, 3, .corruptData,
            "its knowledge of step 3 cannot be used: 'logits' has values that are not finite"
        ),
        (
            5, .before, 5, .missingFile,
            "it ends at step 4, and step 5 is needed: record as many steps as this run has"
        ),
    ]

    @Test(arguments: refused)
    func whatIsNotIsExplained(
        _ step: Int, _ round: Round, _ digest: UInt64, _ exitCode: ExitCode, _ problem: String
    ) {
        #expect(
            failure { _ = try gather(step, round, digest) }
                == ExchangeFailure(
                    exitCode: exitCode,
                    message: "the recording of 't' in \(folder.path) cannot be used: \(problem)"))
    }

    @Test func anotherTaskIsRefused() throws {
        let other = RecordedExchange(
            nil, recordings: [(Link("t"), try folder.read())], order: ["t"], classes: 10)
        let refusal = failure { _ = try other.gather(step: 0, round: .before, batchDigest: 0) }
        #expect(refusal?.exitCode == .corruptData)
        #expect(refusal?.message.contains("not of 10 classes but of shape [2, 3]") == true)
    }
}
