import Bytes
import Foundation
import Launching
import Orchestration
import Reporting
import Testing
import Watching

/// What the launcher shows and logs of its processes.
@Suite(.timeLimit(.minutes(1))) struct LaunchMonitorTests {
    private let folder: Folder
    private let run: RunDirectory

    init() throws {
        folder = try Folder()
        run = RunDirectory(path: folder.path)
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    private func epoch(_ number: Int) -> ProcessEvent {
        let report = EpochReport(
            epoch: number, step: number, trainAccuracy: 1, trainLoss: 0, testAccuracy: 1,
            testNLL: 0, seconds: 1)
        let record = Record(run: "r", learner: "a", role: "student", .epoch(report))
        return .output(name: "a", line: JSONLines.line(record))
    }

    private func monitor(
        showing amount: ProgressAmount = .auto, into file: String, at date: Date = Date()
    ) throws -> LaunchMonitor {
        try LaunchMonitor(
            ["a"], in: run, .lines(ProgressLines(amount)),
            on: ProgressTerminal(try LineOutput(appendingTo: file)), now: { date }, elapsed: { 0 })
    }

    /// A log that is continued on another day can be read.
    @Test func theLogHasDateAndZoneOfTheClock() throws {
        for day in [0.0, 1.0] {
            let date = Date(timeIntervalSince1970: 1_795_435_200 + 86_400 * day)
            var monitor = try monitor(into: folder.path + "/shown", at: date)
            try monitor.handle(.started(name: "a", processIdentifier: 7))
        }
        #expect(
            try text(run.launcherLog) == """
                2026-11-23T12:00:00Z started 'a', process 7
                2026-11-24T12:00:00Z started 'a', process 7

                """)
    }

    @Test func whereNothingCanBeShownTheLogsGoOn() throws {
        var monitor = try monitor(into: "/dev/full")
        for number in 1...3 { try monitor.handle(epoch(number)) }
        try monitor.handle(.error(name: "a", line: "word"))
        try monitor.finish()
        let log = try text(run.launcherLog).split(separator: "\n")
        #expect(log.count == 2)
        #expect(
            log[0].hasSuffix(
                "progress is not shown any more: cannot write /dev/full: No space left on device"))
        #expect(log[1].hasSuffix("a: word"))
        #expect(try text(run.convergenceLog).contains("= epoch 3"))
        #expect(monitor.progress.results["a"]?.epoch?.epoch == 3)
    }

    @Test func trainingsOutsideOfTheCohortAreMarked() throws {
        let file = folder.path + "/shown"
        var monitor = try LaunchMonitor(
            ["a"], of: ["a": .alone], in: run, .lines(ProgressLines(.all)),
            on: ProgressTerminal(try LineOutput(appendingTo: file)))
        try monitor.handle(epoch(1))
        #expect(try text(file).hasPrefix("a alone: epoch 1 done"))
    }

    @Test(arguments: [(ProgressAmount.auto, 2), (.all, 9), (.none, 0)])
    func asMuchIsShownAsIsAskedFor(amount: ProgressAmount, lines: Int) throws {
        let file = folder.path + "/shown"
        var monitor = try monitor(showing: amount, into: file)
        for number in 1...9 { try monitor.handle(epoch(number)) }
        try monitor.handle(.tick)
        try monitor.handle(.error(name: "a", line: "word"))
        try monitor.finish()
        let shown = try text(file).split(separator: "\n")
        #expect(shown.count == lines + 1)
        #expect(shown.contains("a: word"))
        if lines > 0 {
            #expect(shown.contains { $0.hasPrefix("a: epoch 1 ") })
            #expect(shown.contains { $0.hasPrefix("a: epoch 9 ") })
        }
        #expect(try text(run.convergenceLog).split(separator: "\n").count == 10)
    }
}
