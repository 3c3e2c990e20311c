import Bytes
import Foundation
import Reporting
import Testing

/// What goes into a sink comes out, field by field: for every kind of record and every sink.
///
/// A field that is added to a report fails here until the sample has it, a line of `metrics.jsonl`
/// gives it back, and each sink of text either shows it or says in ``promises`` that it does not.
@Suite(.timeLimit(.minutes(2))) struct SinkLawTests {
    enum Promise {
        /// Lines that read back as equal records.
        case records
        /// Text that states every value of a record, but for some fields of some kinds of record.
        case text(except: [String: Set<String>])
        /// Every number of an interval and an epoch, by its path, but for tables, and nothing of
        /// other records.
        case numbers(Reader)
    }

    /// Reads the numbers that a sink wrote of one record, by their paths.
    typealias Reader = @Sendable (LearnerDirectory) throws -> [String: Double]

    /// Tables, which no line states, and no curve is of the last two.
    static let scoresByClass: Set = [
        "scores.class_accuracies", "scores.calibration", "scores.confusion",
    ]

    static let promises: [String: Promise] = [
        "metrics": .records, "stream": .records,
        "csv": .numbers(CSVFile.numbers), "tensorboard": .numbers(EventRecords.numbers),
        // The folder of the file names the run and the learner.
        // A notice tells each row of the matrix of tasks when it is new. Memory is stated in
        // megabytes.
        "log": .text(except: [
            "*": ["run", "peer", "role", "split"], "interval": ["steps"],
            "epoch": scoresByClass, "end": ["tasks", "peak_memory"],
        ]),
        "console": .text(except: [
            "*": ["ts", "run", "role", "split"], "interval": ["steps"],
            "epoch": scoresByClass, "end": ["tasks", "peak_memory"],
        ]),
        "convergence": .text(except: [
            "*": ["run", "role", "split"],
            // Of those that are waited for, the one that takes longest.
            "interval": [
                "steps", "terms", "codec_errors", "gradient_norm", "task_gradient",
                "absences", "banked",
                "wait_seconds.b",
            ], "epoch": ["step", "seconds", "scores", "exit_accuracies", "average_accuracies"],
            "end": ["tasks", "peak_memory"],
        ]),
    ]

    static let sinksOfRecords = SinkRegistry.names.filter {
        if case .records? = promises[$0] { true } else { false }
    }
    static let sinksOfText = SinkRegistry.names.filter {
        if case .text? = promises[$0] { true } else { false }
    }
    static let sinksOfNumbers = SinkRegistry.names.filter {
        if case .numbers? = promises[$0] { true } else { false }
    }

    /// The kind of a record and its report; a new kind does not compile until it is here.
    private func parts(of record: Record) -> (kind: String, report: Any) {
        switch record.body {
        case .start(let report): ("start", report)
        case .interval(let report): ("interval", report)
        case .epoch(let report): ("epoch", report)
        case .end(let report): ("end", report)
        case .notice(let report): ("notice", report)
        }
    }

    /// What a new sink of this name writes of a record.
    private func written(_ record: Record, by sink: String) throws -> String {
        let folder = try TemporaryFolder()
        let run = try Self.run(in: folder)
        let streams = [folder.path + "/out", folder.path + "/err"]
        let place = SinkPlace(
            run: run, learner: "a", learners: ["a", "b", "c"],
            standardOutput: try LineOutput(appendingTo: streams[0]),
            standardError: try LineOutput(appendingTo: streams[1]))
        var sinks = try SinkRegistry.make([sink], at: place)
        try sinks[0].write(record)
        let files = streams + [run.learner("a").metrics, run.learner("a").log, run.convergenceLog]
        return files.compactMap { try? folder.text($0) }.joined()
    }

    private static func run(in folder: TemporaryFolder) throws -> RunDirectory {
        try RunDirectory.create(in: folder.path, name: "law", id: "1", learners: ["a", "b", "c"])
    }

    /// The numbers that a new sink of this name writes of a record.
    private func numbers(of record: Record, by sink: String) throws -> [String: Double] {
        guard case .numbers(let read)? = Self.promises[sink] else { return [:] }
        let folder = try TemporaryFolder()
        let run = try Self.run(in: folder)
        var sinks = try SinkRegistry.make(
            [sink], at: SinkPlace(run: run, learner: "a", learners: ["a", "b", "c"]))
        try sinks[0].write(record)
        return try read(run.learner("a"))
    }

    /// Sinks of other uses write nothing to a learner's folder.
    @Test(arguments: SinkRegistry.entries.map(\.name))
    func aSinkWritesTheFilesThatItNames(_ name: String) throws {
        let entry = try #require(SinkRegistry.entries.first { $0.name == name })
        #expect(entry.files.isEmpty == (entry.use == .started))
        let folder = try TemporaryFolder()
        let run = try Self.run(in: folder)
        let stream = try LineOutput(appendingTo: folder.path + "/stream")
        var sinks = try SinkRegistry.make(
            [name],
            at: SinkPlace(
                run: run, learner: "a", learners: ["a"], standardOutput: stream,
                standardError: stream))
        for record in Sample.full { try sinks[0].write(record) }
        let found = try FileManager.default.contentsOfDirectory(atPath: run.learner("a").path)
        let patterns = entry.files.map { $0.replacing("*", with: "") }
        #expect(found.count == patterns.count)
        for pattern in patterns { #expect(found.contains { $0.hasPrefix(pattern) }) }
    }

    @Test func everySinkHasAPromise() {
        #expect(Set(Self.promises.keys) == Set(SinkRegistry.names))
    }

    @Test func theSampleHasEveryKindOfRecord() {
        #expect(
            Set(Sample.full.map { parts(of: $0).kind })
                == ["start", "interval", "epoch", "end", "notice"])
    }

    /// Every stored field of a report, and of what it holds, has a value and is a member of the
    /// JSON.
    @Test(arguments: Sample.full) func theSampleHasEveryField(_ record: Record) throws {
        let (kind, report) = parts(of: record)
        let fields = try RecordJSON(record).fields
            .subtracting(["ts", "run", "peer", "role", "kind", "split"])
        #expect(fields.count == Mirror(reflecting: report).children.count)
        expectFilled(report, kind)
    }

    private func expectFilled(_ value: Any, _ path: String) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional, .collection, .dictionary:
            #expect(!mirror.children.isEmpty, "give the sample a value of \(path)")
        default: break
        }
        for (index, child) in mirror.children.enumerated() {
            expectFilled(child.value, "\(path).\(child.label ?? "\(index)")")
        }
    }

    /// Every record, also without each of its optional fields.
    @Test(arguments: sinksOfRecords) func recordsComeBackEqual(_ sink: String) throws {
        for record in Sample.full + Sample.records {
            let whole = try RecordJSON(record)
            for record in [record] + whole.fields.compactMap({ whole.removing($0).record }) {
                let text = try written(record, by: sink)
                #expect(text.hasSuffix("\n") && text.count { $0 == "\n" } == 1)
                #expect(JSONLines.record(text.dropLast()) == record)
            }
        }
    }

    /// Every number of a record in turn.
    @Test(arguments: ["nan", "inf", "-inf"])
    func numbersThatJSONHasNoneOfComeBack(_ word: String) throws {
        var count = 0
        for record in Sample.full {
            let whole = try RecordJSON(record)
            for leaf in whole.leaves where leaf.field != "ts" {
                let changed = whole.replacing(leaf, with: .text(word + "!"))
                guard case .fraction = leaf.value, let record = changed.record else { continue }
                let line = JSONLines.line(record)
                #expect(line.contains(#""nonfinite":"\#(word)""#), "\(leaf) in \(line)")
                #expect(!line.contains("\u{E000}"), "\(leaf) in \(line)")
                let back = try #require(JSONLines.record(line), "\(leaf) in \(line)")
                #expect(try RecordJSON(back).description == changed.description)
                count += 1
            }
        }
        #expect(count > 20)
    }

    /// Each value is stated, and another value is another text.
    @Test(arguments: sinksOfText) func everyFieldIsStated(_ sink: String) throws {
        guard case .text(let exceptions)? = Self.promises[sink] else { return }
        for record in Sample.full {
            let whole = try RecordJSON(record)
            let text = try written(record, by: sink)
            #expect(text.hasSuffix("\n"))
            var hidden = exceptions["*", default: []].union(["kind"])
            hidden.formUnion(exceptions[parts(of: record).kind, default: []])
            for leaf in whole.leaves
            where !leaf.isWithin(hidden) {
                for name in leaf.names.prefix(1) { #expect(text.contains(name), "\(leaf)") }
                expectStated(leaf, in: text)
                let other = try #require(Self.changed(leaf, in: whole), "\(leaf)")
                #expect(try written(other, by: sink) != text, "\(leaf) is not in\n\(text)")
            }
        }
    }

    /// TensorBoard's numbers have single precision.
    @Test(arguments: sinksOfNumbers, Sample.full + Sample.records)
    func everyNumberIsWritten(_ sink: String, _ record: Record) throws {
        let isPoint = ["interval", "epoch"].contains(parts(of: record).kind)
        let found = try numbers(of: record, by: sink)
        var expected: [String: Double] = [:]
        let tables: Set = ["scores.calibration", "scores.confusion"]
        for leaf in try RecordJSON(record).leaves where isPoint && !leaf.isWithin(tables) {
            guard let number = leaf.number else { continue }
            expected[leaf.description] = number
        }
        #expect(Set(found.keys) == Set(expected.keys))
        for (path, number) in expected {
            let value = try #require(found[path], "\(path)")
            let isClose = abs(value - number) <= 1e-12 * abs(number)
            #expect(isClose || value == Double(Float(number)), "\(path)")
        }
    }

    @Test(arguments: sinksOfNumbers) func numbersMayBeInfinite(_ sink: String) throws {
        var report = Sample.interval
        (report.taskLoss, report.totalLoss, report.rate) = (.infinity, -.infinity, .nan)
        let found = try numbers(of: Sample.record(.interval(report)), by: sink)
        #expect(found["task_loss"] == .infinity && found["total_loss"] == -.infinity)
        #expect(found["rate"]?.isNaN == true)
    }

    @Test(arguments: sinksOfText) func memoryIsStatedInMegabytes(_ sink: String) throws {
        let end = try #require(Sample.full.last)
        #expect(try written(end, by: sink).contains(", 148.2 MB of memory, weights"))
    }

    /// The value of a leaf, in one of the forms that people read. Bytes are stated as sums, and the
    /// time has a form of its own.
    private func expectStated(_ leaf: JSONLeaf, in text: String) {
        guard !["bytes_from", "bytes_to", "ts"].contains(leaf.field) else { return }
        let forms = Self.forms(of: leaf.value)
        #expect(forms.contains { text.contains($0) }, "\(leaf): none of \(forms) in\n\(text)")
    }

    private static func forms(of value: JSONLeaf.Value) -> [String] {
        switch value {
        case .text(let text): return [text.replacing("\n", with: " | ")]
        case .whole(let number): return ["\(number)"]
        case .fraction(let number):
            let decimals = number < 1 ? 4 : max(0, 3 - Int(log10(number)))
            return [
                String(format: "%.\(decimals)f", number), String(format: "%.3f", number),
                String(format: "%.2f%%", number * 100), String(format: "%.1f", number * 1000),
            ]
        }
    }

    /// The record with another value of a leaf.
    private static func changed(_ leaf: JSONLeaf, in whole: RecordJSON) -> Record? {
        let others: [JSONLeaf.Value] =
            switch leaf.value {
            case .whole(let number): [.whole(number + 1700)]
            case .fraction(let number): [.fraction(number * 1.37)]
            case .text(let text): [.text(text + "x"), .text("error")]
            }
        return others.lazy.compactMap { whole.replacing(leaf, with: $0).record }.first
    }
}
