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

    @Test func aMissingFolderIsNamed() {
        let error = #expect(throws: DiskError.self) {
            try LineOutput(appendingTo: "/nowhere/log.txt")
        }
        #expect(error?.exitCode == .disk)
        #expect(error?.path == "/nowhere/log.txt")
    }
}
