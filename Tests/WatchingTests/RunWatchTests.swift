import Foundation
import Reporting
import Testing
import Watching

/// A run that is watched from its directory.
@Suite(.timeLimit(.minutes(1)))
struct RunWatchTests {
    private let folder: TemporaryFolder
    private let run: RunDirectory

    init() throws {
        folder = try TemporaryFolder(named: "watching-\(UUID().uuidString)")
        run = RunDirectory(path: folder.path)
    }

    private func append(_ records: Record..., in part: RunPart = .cohort) throws {
        for record in records {
            let place = part == .alone ? run.alone : run
            try place.learner(record.learner).create()
            let output = try LineOutput(appendingTo: place.learner(record.learner).metrics)
            try output.write([JSONLines.line(record)])
        }
    }

    private func end() throws {
        let summary = Summary(
            run: "r", name: "n", seed: 1, configurationDigest: "", seconds: 1, learners: [:])
        try summary.write(to: run.summary)
    }

    private func watch(_ amount: ProgressAmount = .all) -> RunWatch {
        RunWatch(run, .lines(ProgressLines(amount)))
    }

    @Test func linesFollowAndTheEndIsSeen() throws {
        defer { folder.remove() }
        let lock = try DirectoryLock(run.path)
        var watch = watch()
        #expect(try watch.look(at: 0, on: nil) == "")
        try append(.start(), .notice("word"), .epoch(to: 10, test: 0.5))
        let lines = try watch.look(at: 1, on: nil).split(separator: "\n")
        #expect(lines.map { $0.prefix(8) } == ["a: start", "a: warni", "a: epoch"])
        #expect(!watch.isOver)
        try append(.epoch(to: 10, test: 0.4), in: .alone)
        #expect(try watch.look(at: 2, on: nil).hasPrefix("a alone: epoch"))
        try end()
        #expect(try watch.look(at: 3, on: nil).contains("has ended"))
        #expect(watch.isOver)
        withExtendedLifetime(lock) {}
    }

    @Test func ofThePastThereAreNoNotices() throws {
        defer { folder.remove() }
        try append(.start(), .notice("word"), .epoch(to: 10, test: 0.5))
        var watch = watch()
        #expect(try !watch.look(at: 0, on: nil).contains("word"))
        try append(.notice("another"))
        #expect(try watch.look(at: 1, on: nil).contains("another"))
    }

    @Test func aRunThatWasStoppedGoesOnWhenItIsResumed() throws {
        defer { folder.remove() }
        try append(.start(), .interval(to: 20), .end("a", after: 20, .preempted))
        var watch = RunWatch(
            run, .rows(LiveRows(learners: ["a"], size: TerminalSize(rows: 9, columns: 150))))
        var screen = Screen()
        screen.write(try watch.look(at: 0, on: nil))
        #expect(screen.text.contains("exit 75"))
        #expect(screen.text.contains("no process works on it"))
        #expect(!watch.isOver)
        let lock = try DirectoryLock(run.path)
        try append(.start(after: 10), .interval(to: 20, at: 30))
        screen.write(try watch.look(at: 10, on: nil))
        screen.write(try watch.look(at: 12, on: nil))
        #expect(screen.text.contains("20/600") && !screen.text.contains("exit 75"))
        #expect(screen.text.contains("goes on"))
        withExtendedLifetime(lock) {}
        try end()
        screen.write(try watch.look(at: 20, on: TerminalSize(rows: 9, columns: 30)))
        screen.write(watch.finish())
        #expect(watch.isOver)
        #expect(!screen.text.contains("q ends"))
    }

    @Test func whatIsShownOnceHasItsStateAndNoKeys() throws {
        defer { folder.remove() }
        try append(.start(), .interval(to: 20), .end("a", after: 20, .preempted))
        let rows = LiveRows(learners: ["a"], size: TerminalSize(rows: 9, columns: 150))
        for display in [ProgressDisplay.rows(rows), .lines(ProgressLines(.all))] {
            var watch = RunWatch(run, display, isFollowing: false)
            var screen = Screen()
            screen.write(try watch.look(at: 0, on: nil))
            screen.write(watch.finish())
            #expect(screen.text.contains("\(run.path): no process works on it"))
            #expect(screen.text.contains("exit 75") && !screen.text.contains("q ends"))
        }
    }

    /// As a learner replaces its file that goes on from a checkpoint.
    @Test func whatWasShownIsNotShownAgain() throws {
        defer { folder.remove() }
        try append(.start(), .notice("word", at: 1), .epoch(to: 10, test: 0.5, at: 2))
        var watch = watch()
        _ = try watch.look(at: 0, on: nil)
        try append(.notice("another", at: 3), .epoch(to: 20, test: 0.6, at: 4))
        #expect(try watch.look(at: 1, on: nil).contains("another"))
        let kept: [Record] = [
            .start(), .notice("word", at: 1), .epoch(to: 10, test: 0.5, at: 2),
            .notice("another", at: 3), .start(after: 10, at: 5),
        ]
        try Data(kept.map { JSONLines.line($0) + "\n" }.joined().utf8)
            .write(to: URL(fileURLWithPath: run.learner("a").metrics), options: .atomic)
        let lines = try watch.look(at: 2, on: nil).split(separator: "\n")
        #expect(lines.count == 1 && lines[0].hasPrefix("a: resume after step 10"))
    }

    @Test func aFileThatIsReplacedIsShownAnew() throws {
        defer { folder.remove() }
        try append(.start(), .interval(to: 20), .interval(to: 30))
        var watch = RunWatch(
            run, .rows(LiveRows(learners: ["a"], size: TerminalSize(rows: 9, columns: 150))))
        var screen = Screen()
        screen.write(try watch.look(at: 0, on: nil))
        #expect(screen.text.contains("30/600"))
        try Data((JSONLines.line(.start()) + "\n").utf8)
            .write(to: URL(fileURLWithPath: run.learner("a").metrics), options: .atomic)
        screen.write(try watch.look(at: 10, on: nil))
        #expect(screen.text.contains(" 0/600"))
    }
}
