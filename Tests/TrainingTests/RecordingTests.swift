import CohortGraph
import Exchange
import Foundation
import NeuralNetwork
import Options
import Testing
import Training

/// Learning from what was recorded in place of a process.
@Suite(.timeLimit(.minutes(1))) final class RecordingTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/recording-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let soft: EdgeOptions = {
        var edge = EdgeOptions(loss: "kd", temperature: 4, form: .probabilities, codec: "top-k")
        let k = Setting.Entry(
            key: "k", position: .unwritten,
            value: Setting(unwritten: .scalar("2", isQuoted: false)))
        edge.codec = NamedOptions(name: "top-k", options: Setting(unwritten: .map([k])))
        return edge
    }()

    /// t and u teach s, now one and now the other; t's map is asked for too.
    private let cohort = TestCohort(
        [
            .init(name: "t", steps: 0),
            .init(name: "u", steps: 0, architecture: PlainCNN(depth: 2)),
            .init(name: "s", steps: 9),
        ],
        [
            EdgeGroup(from: ["t", "u"], to: "s", soft, draw: .one),
            EdgeGroup(
                from: ["t"], to: "s",
                EdgeOptions(
                    loss: "hint", knowledge: .feature,
                    taps: Taps(from: ["features"], to: ["features"]), codec: "fp16")),
        ])

    private func journal(_ name: String) -> String { "\(folder)/\(name)" }

    /// Writes down what t and u publish to s, and returns what s becomes of it.
    private func record() throws -> LearnerState {
        let trained = try cohort.train()
        for assembly in try cohort.assemblies.prefix(2) {
            let found = try #require(trained[assembly.name])
            let writer = try JournalWriter(
                directory: journal(assembly.name), sender: identity(of: assembly.name).sender)
            for knowledge in found.published { try writer.append(.published(knowledge)) }
            try writer.append(.end(lastStep: 8))
            try writer.close()
        }
        let s = try #require(trained["s"])
        #expect(s.error == nil)
        return s.state
    }

    /// s, with recordings in place of its teachers.
    private func trainAgain(_ cohort: TestCohort) throws -> Trained {
        let assembly = try cohort.assemblies[2]
        let recordings = try NodeLinks(of: "s", in: assembly.plan.deliveries, nil).teachers.map {
            (link: $0, journal: try JournalReader(directory: journal($0.peer)))
        }
        let exchange = RecordedExchange(nil, recordings: recordings, order: ["t", "u"])
        return train(assembly, exchange: exchange)
    }

    @Test func aRecordingTeachesToTheSameBits() throws {
        let live = try record()
        let again = try trainAgain(cohort)
        #expect(again.error == nil)
        #expect(again.state.digest == live.digest)
        #expect(again.state.edges.flat.values == live.edges.flat.values)
        #expect(again.epochs.last?.ensembleMembers == ["s", "t", "u"])
    }

    @Test func aRecordingThatEndsTooSoonIsRefused() throws {
        _ = try record()
        var longer = cohort
        longer.members[2].steps = 12
        let error = try trainAgain(longer).error as? ExchangeFailure
        #expect(error?.exitCode == .missingFile, "\(String(describing: error))")
    }

    /// Of other samples: refused before a step is taken with it.
    @Test func aRecordingOfOtherSamplesIsRefused() throws {
        _ = try record()
        var other = cohort
        other.problem = Problem(samples: 54)
        for index in other.members.indices { other.members[index].labelled = 0..<54 }
        let found = try trainAgain(other)
        #expect(
            (found.error as? ExchangeFailure)?.exitCode == .configuration,
            "\(String(describing: found.error))")
        #expect(found.state.step == 0)
    }
}
