import Foundation
import Reporting
import Testing

/// What `sinks` of a configuration has learners write, in a whole cohort.
@Suite(.timeLimit(.minutes(5))) struct SinkTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(_ more: String...) async throws -> Finished {
        try await Cohort.run(["run", try place.pair()] + more, in: place)
    }

    /// The steps of the rows of a table.
    private func steps(_ file: String) throws -> [Int] {
        try place.text(file).components(separatedBy: "\r\n").dropFirst().dropLast().compactMap {
            $0.split(separator: ",").dropFirst().first.flatMap { Int($0) }
        }
    }

    /// A learner that is killed takes steps again: they stand once.
    @Test func aKilledLearnerLeavesOneCurve() async throws {
        let words = [
            "run", try place.pair(), "training.steps=800", "checkpoints.every=50", "restarts=9",
            "sinks=[csv]", "--progress", "all",
        ]
        let (left, finished) = try await Cohort.run(words, in: place) { launcher in
            try await launcher.kill(
                ["a", "b", "a"], of: place.latest(), every: 10, of: "a")
        }
        #expect(finished.exitCode == .success && left.isEmpty, "\(finished.complaint)")
        for name in ["a", "b"] {
            let learner = place.latest().learner(name)
            let records = try JSONLines.read(path: learner.metrics).records
            let reports = records.compactMap {
                if case .interval(let report) = $0.body { report } else { nil }
            }
            let intervals = reports.map(\.step)
            let epochs = records.compactMap {
                if case .epoch(let report) = $0.body { report.step } else { nil }
            }
            // An interval in which it went on from a checkpoint stands in two parts.
            #expect(reports.reduce(0) { $0 + $1.steps } == 800)
            #expect(intervals == intervals.sorted() && Set(intervals).count == intervals.count)
            #expect(Set(intervals).isSuperset(of: stride(from: 4, through: 800, by: 4)))
            #expect(epochs == Array(stride(from: 8, through: 800, by: 8)))
            let rows = (try steps(learner.intervals), try steps(learner.epochs))
            #expect(rows == (intervals, epochs))
        }
    }

    /// Sinks change no number: what is written may change from one start to the next.
    @Test func aRunGoesOnWithOtherSinks() async throws {
        let first = try await run("sinks=[csv]")
        try #require(first.exitCode == .success, "\(first.complaint)")
        let second = try await run("sinks=tensorboard", "training.steps=32", "--extend")
        #expect(second.exitCode == .success, "\(second.complaint)")
        let learner = place.latest().learner("a")
        let rows = try steps(learner.epochs)
        #expect(rows == [8, 16])
        let files = try FileManager.default.contentsOfDirectory(atPath: learner.path)
        #expect(files.filter { $0.contains("tfevents") } == ["events.out.tfevents.00000001"])
        let resolved = try place.text(place.latest().configuration)
        #expect(resolved.contains("sinks: [tensorboard]"))
    }

    /// Learners that train alone for comparison have the same files.
    @Test func whoTrainsAloneHasThemToo() async throws {
        let finished = try await run("sinks=[csv]", "compare.alone=true")
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let rows = try steps(place.latest().alone.learner("b").epochs)
        #expect(rows == [8, 16])
    }
}
