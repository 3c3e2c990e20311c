import Foundation
import Glibc
import Reporting
import Testing

/// What the commands say about a run that ended, and about one that was stopped.
@Suite(.timeLimit(.minutes(3))) struct ReportTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func output(_ words: String...) async throws -> [String] {
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished.output
    }

    @Test func aRunIsReportedAndExplained() async throws {
        _ = try await output(
            "run", try place.pair(), "training.steps=20", "compare.alone=true", "seed=3")
        let run = place.latest().path
        let summary = try Summary.read(from: place.latest().summary)
        let accuracy = try #require(summary.learners["a"]?.testAccuracy)
        let percent = String(format: "%.2f%%", accuracy * 100)
        let page = try await output("report", run)
        // The experiment's name stands for its newest run.
        #expect(try await output("report", "pair") == page)
        let idle = try await output("compare", "pair")
        #expect(idle.contains { $0.hasPrefix("a taught over alone") })
        #expect(page.contains { $0.hasPrefix("| a | student |") && $0.contains(" \(percent) |") })
        #expect(page.contains { $0.hasPrefix("| b → a |") })
        let said = try await output("explain", run)
        #expect(said.first == "The run ended well.")
        #expect(said.contains { $0.contains("\(percent) taught by b") })
        let figure = "\(place.path)/figure.svg"
        _ = try await output("report", run, "--format", "svg", "--output", figure)
        #expect(try place.text(figure).contains(#"data-series="b → a""#))
        // The last accuracy of the series is that of the summary.
        let series = try await output("report", run, "--format", "csv")
        #expect(series.contains { $0.hasPrefix("a,taught,epoch,") && $0.contains(",\(accuracy)") })
    }

    /// Killed and resumed, each step is in the series once: a killed learner repeats the steps
    /// since its last checkpoint, some of which it has reported.
    @Test func aResumedRunCountsEachStepOnce() async throws {
        let pair = try place.pair()
        let settings = ["training.steps=4000", "checkpoints.every=50", "restarts=0"]
        let words = ["run", pair] + settings
        let (_, killed) = try await Cohort.run(words + ["--progress", "all"], in: place) {
            running in
            // Behind step 80, before the checkpoint at 100.
            _ = try await running.line { $0.contains("a: epoch 10 done") }
            for process in try place.latest().startedProcesses().values {
                _ = Glibc.kill(process, SIGKILL)
            }
        }
        try #require(killed.exitCode != .success, "\(killed.complaint)")
        let run = place.latest().path
        let said = try await output("explain", run)
        #expect(said.first?.contains("The run was stopped, or failed") == true, "\(said)")
        _ = try await output("run", pair, settings[0], settings[1], settings[2])
        let resumed = try await output("explain", run)
        #expect(resumed.first?.contains("The run ended well. Resumed: a, b") == true, "\(resumed)")
        let document = try await output("report", run, "--format", "json").joined()
        let series = try JSONDecoder().decode(Document.self, from: Data(document.utf8)).series
        for name in ["a", "b"] {
            let intervals = try #require(series[name]?.intervals)
            let steps = intervals.map(\.step)
            #expect(steps == steps.sorted() && Set(steps).count == steps.count)
            #expect(steps.last == 4000)
            #expect(intervals.reduce(0) { $0 + $1.steps } == 4000)
        }
    }

    private struct Document: Decodable {
        struct Curves: Decodable { var intervals: [IntervalReport] }
        var series: [String: Curves]
    }

    @Test func whatIsNoRunIsRefused() async throws {
        for command in ["report", "explain", "compare"] {
            let finished = try await Cohort.run([command, place.path], in: place)
            #expect(finished.exitCode == .missingFile)
            #expect(finished.complaint.contains("there is no run"))
        }
        let run = place.path
        let idle = try await Cohort.run(["report", run, "--log"], in: place)
        #expect(idle.exitCode == .usage)
        let unknown = try await Cohort.run(
            ["report", run, "--format", "svg", "--figure", "los"], in: place)
        #expect(unknown.exitCode == .configuration)
    }
}
