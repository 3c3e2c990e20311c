import Analysis
import Foundation
import Reporting
import Testing

/// What is read of a run directory.
struct RunHistoryTests {
    private let folder: URL
    private let run: RunDirectory

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "run-\(UUID().uuidString)")
        run = RunDirectory(path: folder.path)
        try run.create()
        try run.write(configuration: "name: staged\n")
    }

    /// Writes a learner's file.
    private func write(_ lines: [String], of learner: String, in part: RunDirectory) throws {
        let directory = part.learner(learner)
        try directory.create()
        let text = lines.map { $0 + "\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.metrics))
    }

    private func lines(_ intervals: IntervalReport..., of learner: String) -> [String] {
        ([Histories.start()] + intervals.map { .interval($0) }).map {
            JSONLines.line(Histories.record($0, of: learner))
        }
    }

    private func report() throws -> RunReport {
        defer { try? FileManager.default.removeItem(at: folder) }
        return RunReport(try RunHistory(run))
    }

    /// Lines that hold no record are left out, and the report and the explanation say so.
    @Test func linesThatCannotBeReadAreCounted() throws {
        let whole = lines(Histories.interval(10), Histories.interval(30), of: "a")
        try write([whole[0], "{\"kind\":", whole[1], "?", whole[2]], of: "a", in: run)
        try write(lines(Histories.interval(10), of: "b"), of: "b", in: run)
        try write(["?"], of: "b", in: run.stage(2))
        try write(["?"], of: "a", in: run.alone)
        let report = try report()
        #expect(report.history.learner("a")?.unreadable == 2)
        #expect(report.history.learner("a")?.intervals.map(\.step) == [10, 30])
        let found = "2 of a, 1 of b in stage 2, 1 of a alone"
        #expect(report.state.contains("cannot be read: \(found)."))
        let explanation = Explanation(report)
        #expect(explanation.findings.filter { $0.rule == "unreadable" }.count == 1)
        #expect(explanation.json.contains(found))
    }

    @Test func aWholeFileHasNothingToComplainOf() throws {
        try write(lines(Histories.interval(10), of: "a"), of: "a", in: run)
        let report = try report()
        #expect(report.history.unreadable == nil && !report.state.contains("cannot be read"))
        #expect(!Explanation(report).findings.contains { $0.rule == "unreadable" })
    }

    /// A teacher that was trained in the first stage, and teaches in the second.
    @Test func laterStagesCountForTheirTeachers() throws {
        let plain = Histories.interval(10, divergence: nil, term: nil)
        var learned = plain
        (learned.bytesFrom, learned.bytesTo) = ([:], [:])
        var taught = Histories.interval(10, divergence: nil, term: nil, codecError: 0.02)
        taught.taskLoss = nil
        (taught.bytesFrom, taught.bytesTo) = (["a": 70], ["a": 900])
        try write(lines(Histories.interval(10, divergence: 0.1), of: "a"), of: "a", in: run)
        try write(lines(learned, of: "b"), of: "b", in: run)
        try write(lines(taught, taught.moved(to: 20), of: "b"), of: "b", in: run.stage(2))
        try write(lines(taught, of: "b"), of: "b", in: run.stage(10))
        let report = try report()
        #expect(report.history.stages.map(\.number) == [2, 10])
        #expect(report.learner("b")?.bytesIn == 210 && report.learner("b")?.bytesOut == 2700)
        #expect(report.learner("b")?.steps == 10)
        let findings = Explanation(report).findings.filter { $0.rule == "codec-error" }
        #expect(findings.map(\.subject) == ["b → a"])
        let csv = try #require(ReportFormats.all.first { $0.name == "csv" })
        let rows = try csv.text(report, ReportOptions()).components(separatedBy: "\r\n")
        #expect(rows.contains("b,stage 2,interval,20,1,bytes_to,a,900.0"))
        let json = try #require(ReportFormats.all.first { $0.name == "json" })
        let object = try JSONSerialization.jsonObject(
            with: Data(try json.text(report, ReportOptions()).utf8))
        let stages = (object as? [String: Any])?["stages"] as? [String: [String: [String: [Any]]]]
        #expect(stages?["2"]?["b"]?["intervals"]?.count == 2)
    }
}

extension IntervalReport {
    fileprivate func moved(to step: Int) -> IntervalReport {
        var moved = self
        moved.step = step
        return moved
    }
}
