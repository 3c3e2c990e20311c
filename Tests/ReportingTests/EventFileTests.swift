import Bytes
import Foundation
import Reporting
import Testing

/// The bytes of event files, beside those of a file that TensorBoard 2.21 read.
@Suite(.timeLimit(.minutes(1))) struct EventFileTests {
    private func hexadecimal(_ event: ProtobufWriter) -> String {
        EventFile.frame(event.bytes).map { String(format: "%02x", $0) }.joined()
    }

    @Test func theFirstRecordNamesTheVersion() {
        let event = TensorBoardEvent.fileVersion(at: Date(timeIntervalSince1970: 0))
        #expect(
            hexadecimal(event)
                == "1800000000000000a37f4b220900000000000000001a0d627261696e2e4576656e743a32eedf28a3"
        )
    }

    @Test func aScalarHasItsTagStepAndTime() {
        let event = TensorBoardEvent.scalars(
            at: Date(timeIntervalSince1970: 1), step: 1, [("loss", 0.5)])
        #expect(
            hexadecimal(event)
                == "1a00000000000000129bd82d09000000000000f03f10012a0d0a0b0a046c6f7373150000003f27f95db1"
        )
    }

    private func sink(in folder: TemporaryFolder) throws -> (any Sink, LearnerDirectory) {
        let run = RunDirectory(path: folder.path)
        try run.learner("a").create()
        let settings = [
            "seed": "1", "clip": "7.25", "learners.a.model": "mlp", "learners.a.clip": "0.5",
            "learners.a.options.dropout": "0.0", "learners.b.clip": "none",
            "learners.b.strong": "true",
        ]
        let place = SinkPlace(run: run, learner: "a", learners: ["a", "b"], settings: settings)
        return (try SinkRegistry.make(["tensorboard"], at: place)[0], run.learner("a"))
    }

    private func start(_ step: Int) -> Record {
        Sample.record(
            .start(
                StartReport(
                    model: "mlp", parameters: 1, threads: 1, weightsSHA256: "", step: step)))
    }

    /// Each start has a file, whose name follows that of the one before, and says from which step
    /// on earlier ones no longer count; that step is repeated.
    @Test func aStartFromACheckpointDiscardsLaterSteps() throws {
        let folder = try TemporaryFolder()
        for step in [0, 40] {
            var (sink, _) = try sink(in: folder)
            try sink.write(start(step))
        }
        let files = try EventRecords.files(in: RunDirectory(path: folder.path).learner("a"))
        #expect(
            files.map(\.name)
                == ["events.out.tfevents.00000001", "events.out.tfevents.00000002"])
        for (file, first) in zip(files, [0, 40]) {
            let events = try EventRecords.events(file.bytes)
            let log = try #require(events.first { EventRecords.fields($0)[7] != nil })
            #expect(EventRecords.place(log).step == first)
            #expect(EventRecords.fields(log)[7] == [.bytes([0x08, 0x01])])
        }
    }

    /// The learner's own settings and the cohort's, each of one type in all learners.
    @Test func aLearnersSettingsAreHyperParameters() throws {
        let folder = try TemporaryFolder()
        var (sink, learner) = try sink(in: folder)
        try sink.write(start(0))
        let events = try EventRecords.files(in: learner).flatMap {
            try EventRecords.events($0.bytes)
        }
        let texts = events.map { String(decoding: $0, as: UTF8.self) }
        let session = try #require(texts.first { $0.contains("_hparams_/session_start_info") })
        for name in ["seed", "model", "mlp", "clip", "0.5", "options.dropout"] {
            #expect(session.contains(name), "\(name)")
        }
        #expect(!session.contains("none") && !session.contains("strong"))
        #expect(!session.contains("7.25"), "a learner's own setting stands for the cohort's")
        let experiment = try #require(texts.first { $0.contains("_hparams_/experiment") })
        #expect(experiment.contains("strong") && experiment.contains("epoch/test_accuracy"))
    }

    /// The messages `HistogramProto` and `Image` of `summary.proto`.
    @Test func illustrationsAreHistogramsAndImages() throws {
        let folder = try TemporaryFolder()
        var (sink, learner) = try sink(in: folder)
        let histogram = try #require(Histogram(of: [0, 1, 1, 3]))
        try sink.draw(
            [
                Illustration("weights/a", .histogram(histogram)),
                Illustration("samples", .picture([9, 8, 7], width: 5, height: 4)),
            ], after: 12)
        let event = try #require(
            try EventRecords.files(in: learner).flatMap { try EventRecords.events($0.bytes) }.last)
        #expect(EventRecords.place(event).step == 12)
        guard case .bytes(let summary)? = EventRecords.fields(event)[5]?.first else {
            return #expect(Bool(false), "the event has no summary")
        }
        var values: [[Int: [EventRecords.Value]]] = []
        for case .bytes(let bytes) in EventRecords.fields(summary)[1] ?? [] {
            values.append(EventRecords.fields(bytes))
        }
        try #require(values.count == 2)
        let names = ["weights/a", "samples"].map { [EventRecords.Value.bytes(Array($0.utf8))] }
        #expect(values.map { $0[1] ?? [] } == names)
        guard case .bytes(let found)? = values[0][5]?.first,
            case .bytes(let image)? = values[1][4]?.first
        else { return #expect(Bool(false), "a value has another form") }
        let fields = EventRecords.fields(found)
        let numbers = (1...5).map { EventRecords.doubles(fields[$0]?.first) }
        #expect(numbers == [[0], [3], [4], [5], [11]])
        let (limits, counts) = (
            EventRecords.doubles(fields[6]?.first), EventRecords.doubles(fields[7]?.first)
        )
        #expect(limits.count == 30 && limits.last == 3 && abs(limits[0] - 0.1) < 1e-12)
        #expect(counts == histogram.counts.map(Double.init) && counts[10] == 2)
        let wanted: [Int: [EventRecords.Value]] = [
            1: [.integer(4)], 2: [.integer(5)], 3: [.integer(3)], 4: [.bytes([9, 8, 7])],
        ]
        #expect(EventRecords.fields(image) == wanted)
    }
}
