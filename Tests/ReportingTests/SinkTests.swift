import Bytes
import Foundation
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SinkTests {
    @Test func aFullDiskIsNamedWithItsExitCode() throws {
        let output = try LineOutput(appendingTo: "/dev/full")
        let error = #expect(throws: DiskError.self) { try output.write(["x"]) }
        #expect(error?.exitCode == .disk)
        #expect(error?.description == "cannot write /dev/full: No space left on device")
    }

    @Test func aFullDiskDoesNotSilenceTheOtherSinks() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/log.txt"
        var reporter = Reporter(
            run: "r1", learner: "a", role: "student",
            sinks: [
                LineSink(JSONRenderer(), to: try LineOutput(appendingTo: "/dev/full")),
                LineSink(JSONRenderer(), to: try LineOutput(appendingTo: path)),
            ])
        #expect(throws: DiskError.self) { try reporter.report(Sample.records[0].body) }
        #expect(try JSONLines.read(path: path).records.map(\.body) == [Sample.records[0].body])
    }

    /// Whoever reads what a learner shows may go away: its logs go on, and say so.
    @Test func aReaderThatHasGoneIsDoneWithout() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/log.txt"
        let shown = LineSink(
            JSONRenderer(), to: try LineOutput(appendingTo: "/dev/full"), isDispensable: true)
        var reporter = Reporter(
            run: "r1", learner: "a", role: "student",
            sinks: [shown, LineSink(JSONRenderer(), to: try LineOutput(appendingTo: path)), shown])
        for record in Sample.records.prefix(2) { try reporter.report(record.body) }
        let stored = try JSONLines.read(path: path).records.map(\.body)
        let remark = Record.Body.notice(
            Notice(
                "nothing is shown there any more: cannot write /dev/full: No space left on device",
                level: .warning))
        #expect(stored == [Sample.records[0].body, remark, remark, Sample.records[1].body])
    }

    @Test func peopleReadDateAndZone() {
        var renderer = LogRenderer()
        let line = renderer.lines(for: Sample.records[0])[0]
        #expect(line.hasPrefix("1970-01-01T00:16:40.250Z start: lenet"))
    }

    @Test func aMissingFolderIsNamed() {
        let error = #expect(throws: DiskError.self) {
            try LineOutput(appendingTo: "/nowhere/log.txt")
        }
        #expect(error?.exitCode == .disk)
        #expect(error?.path == "/nowhere/log.txt")
    }
}
