import Bytes
import Foundation
import Reporting
import Testing

/// What a process learns of a run whose directory it follows.
@Suite(.timeLimit(.minutes(1)))
struct RunFollowerTests {
    private let folder: TemporaryFolder
    private let run: RunDirectory

    init() throws {
        folder = try TemporaryFolder()
        run = RunDirectory(path: folder.path)
    }

    private func line(_ step: Int, of learner: String = "a") -> String {
        JSONLines.line(.of(step, learner: learner)) + "\n"
    }

    /// Appends text to the file of a learner.
    private func append(_ text: String, to learner: String = "a", in part: RunDirectory? = nil)
        throws
    {
        let directory = (part ?? run).learner(learner)
        try directory.create()
        let path = directory.metrics
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: .init(filePath: path))
        }
        let handle = try FileHandle(forUpdating: .init(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
    }

    @Test func eachPollGivesWhatWasAppendedSince() throws {
        var follower = RunFollower(run)
        #expect(try follower.poll().isEmpty)
        try append(line(1) + line(2))
        #expect(try follower.poll().map(\.steps) == [[1, 2]])
        #expect(try follower.poll().isEmpty)
        try append(line(3))
        try append(line(1, of: "b"), to: "b")
        let updates = try follower.poll()
        #expect(updates.map(\.learner.name) == ["a", "b"])
        #expect(updates.map(\.steps) == [[3], [1]])
        #expect(updates.map(\.replacesEarlier) == [false, false])
    }

    @Test func partsOfARunAppearInTheirOrder() throws {
        try append(line(1), in: run.alone)
        try append(line(2), in: run.stage(10))
        try append(line(3), in: run.stage(2))
        try append(line(4))
        var follower = RunFollower(run)
        let updates = try follower.poll()
        #expect(updates.map(\.learner.part) == [.cohort, .stage(2), .stage(10), .alone])
        #expect(updates.map(\.steps) == [[4], [3], [2], [1]])
    }

    @Test func aTornLineIsWaitedFor() throws {
        var follower = RunFollower(run)
        let text = line(7)
        try append(line(6) + text.prefix(20))
        #expect(try follower.poll().map(\.steps) == [[6]])
        try append(String(text.dropFirst(20).prefix(9)))
        #expect(try follower.poll().isEmpty)
        try append(String(text.dropFirst(29)))
        #expect(try follower.poll().map(\.steps) == [[7]])
    }

    /// As `LineOutput` ends it when the learner is started again.
    @Test func aLineThatACrashLeftTornIsLeftOut() throws {
        var follower = RunFollower(run)
        try append(line(1) + line(2).prefix(30))
        #expect(try follower.poll().map(\.steps) == [[1]])
        try append("\n" + line(2))
        #expect(try follower.poll().map(\.steps) == [[2]])
    }

    /// Nothing is lost of the others.
    @Test func afterOneThatCannotBeReadTheOthersAreReadAgain() throws {
        var follower = RunFollower(run)
        try append(line(1))
        let other = run.learner("b").metrics
        try FileManager.default.createDirectory(
            atPath: other, withIntermediateDirectories: true)
        #expect(throws: DiskError.self) { try follower.poll() }
        try FileManager.default.removeItem(atPath: other)
        #expect(try follower.poll().map(\.steps) == [[1]])
    }

    enum Change: CaseIterable {
        case shrunk, replacedByALongerOne, writtenAnewInPlace
    }

    @Test(arguments: Change.allCases)
    func anotherFileIsReadAnew(change: Change) throws {
        var follower = RunFollower(run)
        try append(line(1) + line(2))
        _ = try follower.poll()
        let path = run.learner("a").metrics
        switch change {
        case .shrunk: try Data(line(9).utf8).write(to: .init(filePath: path))
        case .replacedByALongerOne:
            let text = line(1) + line(2) + line(9)
            try Data(text.utf8).write(to: .init(filePath: path), options: .atomic)
        case .writtenAnewInPlace:
            let handle = try FileHandle(forUpdating: .init(filePath: path))
            try handle.truncate(atOffset: 0)
            try append(line(9) + line(10) + line(11))
        }
        let updates = try follower.poll()
        #expect(updates.map(\.replacesEarlier) == [true])
        let expected = [[9], [1, 2, 9], [9, 10, 11]]
        #expect(
            updates.map(\.steps) == [expected[try #require(Change.allCases.firstIndex(of: change))]]
        )
        #expect(try follower.poll().isEmpty)
    }

    @Test func aLearnerThatIsGoneAndComesBackIsReadFromItsStart() throws {
        var follower = RunFollower(run)
        try append(line(1))
        _ = try follower.poll()
        try FileManager.default.removeItem(atPath: run.learner("a").path)
        #expect(try follower.poll().isEmpty)
        try append(line(2))
        #expect(try follower.poll().map(\.steps) == [[2]])
    }

    @Test func aLongHistoryComesInPortions() throws {
        let steps = Array(1...1000)
        try append(steps.map { line($0) }.joined())
        var follower = RunFollower(run, mostBytes: 1)
        var portions: [[Int]] = []
        repeat { portions += try follower.poll().map(\.steps) } while follower.isBehind
        #expect(portions.count > 1)
        #expect(portions.flatMap(\.self) == steps)
    }

    @Test func ofALongHistoryTheRecentPartCanBeHad() throws {
        try append(JSONLines.line(.start(total: 5000)) + "\n")
        try append((1...5000).map { line($0) }.joined())
        var follower = RunFollower(run, reading: .recent(bytes: 10_000))
        let update = try #require(try follower.poll().first)
        #expect(!follower.isBehind)
        #expect(update.records.first == .start(total: 5000))
        #expect(update.steps.count > 10 && update.steps.count < 100)
        #expect(update.steps.last == 5000)
        try append(line(5001))
        #expect(try follower.poll().map(\.steps) == [[5001]])
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        let directory = run.learner("a")
        try FileManager.default.createDirectory(
            atPath: directory.metrics, withIntermediateDirectories: true)
        var follower = RunFollower(run)
        let error = #expect(throws: DiskError.self) { try follower.poll() }
        #expect(error?.description.contains(directory.metrics) == true)
    }
}

/// Whether a run goes on.
@Suite struct RunStateTests {
    private let folder: TemporaryFolder
    private let run: RunDirectory

    init() throws {
        folder = try TemporaryFolder()
        run = RunDirectory(path: folder.path)
    }

    private func write(_ code: ExitCode) throws -> Summary {
        let summary = Summary(
            run: "r", name: "n", seed: 1, configurationDigest: "", seconds: 1, exitCode: code,
            learners: [:])
        try summary.write(to: run.summary)
        return summary
    }

    @Test func aRunGoesOnForAsLongAsAProcessHasItsLock() throws {
        #expect(run.state == .interrupted)
        do {
            let lock = try DirectoryLock(run.path)
            #expect(run.state == .running)
            // The students alone are still to come.
            _ = try write(.preempted)
            #expect(run.state == .running)
            withExtendedLifetime(lock) {}
        }
        #expect(run.state == .interrupted)
        let summary = try write(.success)
        #expect(run.state == .ended(summary))
    }

    @Test func learnersThatWereStartedByThemselvesCount() throws {
        try run.learner("a").create()
        let lock = try DirectoryLock(run.learner("a").path)
        #expect(run.state == .running)
        withExtendedLifetime(lock) {}
    }

    @Test func ofAnotherHostNothingIsKnown() throws {
        try Data("1 far-away".utf8).write(to: .init(filePath: "\(run.path)/lock"))
        #expect(run.state == .elsewhere(host: "far-away"))
    }
}

/// How a run is named on a command line.
@Suite struct RunReferenceTests {
    private let folder: TemporaryFolder
    private let runs: [RunDirectory]

    init() throws {
        folder = try TemporaryFolder()
        let root = folder.path
        runs = try (0..<2).map { number in
            let run = try RunDirectory.create(
                in: root, name: "digits", id: "r\(number)", learners: ["a"],
                time: Date(timeIntervalSince1970: 1_790_000_000 + Double(number)))
            try run.write(configuration: "name: digits\n")
            return run
        }
    }

    @Test func aRunItsLinkAndItsExperimentAreRuns() throws {
        #expect(try RunReference(runs[0].path).run == runs[0])
        #expect(runs[1].markLatest() == nil)
        #expect(try RunReference("\(folder.path)/digits/latest").run == runs[1])
        #expect(try RunReference("\(folder.path)/digits/").run == runs[1])
        #expect(try RunReference("digits", in: folder.path).run == runs[1])
        #expect(try RunReference("digits/latest", in: folder.path).run == runs[1])
    }

    @Test(arguments: ["", "/nothing", "/digits/nothing"])
    func whereThereIsNoneIsSaid(path: String) throws {
        let path = folder.path + path
        let error = #expect(throws: DiskError.self) { try RunReference(path) }
        #expect(error?.exitCode == .missingFile)
        #expect(error?.description.contains(path) == true)
    }
}

extension FollowedRecords {
    /// The steps of the intervals.
    fileprivate var steps: [Int] {
        records.compactMap { if case .interval(let report) = $0.body { report.step } else { nil } }
    }
}

extension Record {
    fileprivate static func of(_ step: Int, learner: String = "a") -> Record {
        var report = Sample.interval
        report.step = step
        return Sample.record(.interval(report), learner: learner)
    }

    fileprivate static func start(at step: Int = 0, total: Int) -> Record {
        Sample.record(
            .start(
                StartReport(
                    model: "mlp", parameters: 1, threads: 1, weightsSHA256: "", step: step,
                    totalSteps: total)))
    }
}
