import Bytes
import Foundation
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SinkTests {
    /// The law of every sink: what went in comes out, wherever that sink writes.
    @Test(arguments: SinkRegistry.names)
    func whatWentInComesOut(name: String) throws {
        let folder = try TemporaryFolder()
        let run = try RunDirectory.create(
            in: folder.path, name: "law", id: "1", learners: ["a", "b", "c"])
        let streams = [folder.path + "/out", folder.path + "/err"]
        let place = SinkPlace(
            run: run, learner: "a", learners: ["a", "b", "c"],
            standardOutput: try LineOutput(appendingTo: streams[0]),
            standardError: try LineOutput(appendingTo: streams[1]))
        var reporter = Reporter(
            run: "r1", learner: "a", role: "student",
            sinks: try SinkRegistry.make([name], at: place))
        for record in Sample.records { try reporter.report(record.body) }

        let files = streams + [run.learner("a").metrics, run.learner("a").log, run.convergenceLog]
        let text = files.compactMap { try? folder.text($0) }.joined()
        for shares in [["1.234"], ["0.3456"], ["0.5678"], ["0.6789", "67.89"], ["0.0891"]] {
            #expect(shares.contains { text.contains($0) }, "interval: \(shares) in\n\(text)")
        }
        for shares in [
            ["0.9753", "97.53"], ["0.8642", "86.42"], ["0.8975", "89.75"], ["0.4321"],
        ] {
            #expect(shares.contains { text.contains($0) }, "epoch: \(shares) in\n\(text)")
        }
        for word in ["lenet", "61706", "ab12", "waits for b", "cd34", "120"] {
            #expect(text.contains(word), "\(word) in\n\(text)")
        }
        #expect(text.hasSuffix("\n"))
    }

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
