import Foundation
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RecordTests {
    @Test(arguments: Sample.records)
    func aRecordComesBackFromItsLine(record: Record) {
        let line = JSONLines.line(record)
        #expect(!line.contains("\n"))
        #expect(JSONLines.record(line) == record)
    }

    @Test func aLineHoldsTheMembersThatReadersLookFor() throws {
        let line = JSONLines.line(Sample.record(.interval(Sample.interval)))
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["peer"] as? String == "a")
        #expect(object?["run"] as? String == "r1")
        #expect(object?["role"] as? String == "student")
        #expect(object?["kind"] as? String == "interval")
        #expect(object?["split"] as? String == "train")
        #expect(object?["step"] as? Int == 120)
        #expect(object?["ts"] as? Double == 1_000.25)
        #expect((object?["divergence"] as? [String: Double])?["b"] == 0.3456)
        let term = (object?["terms"] as? [String: [String: Any]])?["dml<b,c"]
        #expect(term?["value"] as? Double == 0.4567)
        #expect(term?["shares"] as? [Double] == [0.25, 0.75])
        #expect(object?["nonfinite"] == nil)
    }

    @Test(arguments: [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")])
    func aNonFiniteNumberIsNullWithItsName(value: Double, word: String) throws {
        var report = Sample.interval
        report.taskLoss = value
        let line = JSONLines.line(Sample.record(.interval(report)))
        #expect(line.contains(#""task_loss":null"#))
        #expect(line.contains(#""nonfinite":"\#(word)""#))
        guard case .interval(let back)? = JSONLines.record(line)?.body else {
            Issue.record("the line is no record: \(line)")
            return
        }
        let found = try #require(back.taskLoss)
        #expect(found.isNaN == value.isNaN && (value.isNaN || found == value))
        #expect(back.divergence == report.divergence)
    }

    @Test func differentNonFiniteNumbersAreToldApart() {
        var report = Sample.interval
        report.taskLoss = -Double.infinity
        report.divergence["b"] = .infinity
        let line = JSONLines.line(Sample.record(.interval(report)))
        #expect(line.contains(#""nonfinite":{"divergence.b":"inf","task_loss":"-inf"}"#))
        #expect(JSONLines.record(line)?.body == .interval(report))
    }

    @Test func aTornLastLineIsNotRead() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/metrics.jsonl"
        let lines = Sample.records.map(JSONLines.line)
        let torn = lines.joined(separator: "\n") + "\n" + lines[0].prefix(30)
        try Data(torn.utf8).write(to: URL(fileURLWithPath: path))
        let read = try JSONLines.read(path: path)
        #expect(read.records == Sample.records)
        #expect(read.unreadable.isEmpty)
    }

    @Test func aWriterGoesOnAfterATornLine() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/metrics.jsonl"
        let whole = Sample.records[1]
        let text = JSONLines.line(whole) + "\n" + JSONLines.line(whole).dropLast(9)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        var sink = LineSink(JSONRenderer(), to: try LineOutput(appendingTo: path))
        try sink.write(whole)
        let read = try JSONLines.read(path: path)
        #expect(read.records == [whole, whole])
        #expect(read.unreadable == [2])
    }

    @Test func everyTruncationOfALineIsNoRecord() {
        let line = JSONLines.line(Sample.records[1])
        for length in 0..<line.count { #expect(JSONLines.record(line.prefix(length)) == nil) }
    }
}
