import Foundation
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

    /// Killed and resumed, each step is in the series once.
    @Test func aResumedRunCountsEachStepOnce() async throws {
        let words = ["run", try place.pair(), "training.steps=400000", "checkpoints.every=50"]
        for _ in 0..<2 {
            let (_, stopped) = try await Cohort.run(words, in: place) { running in
                _ = try await running.line { $0.contains(": epoch ") }
                running.signal(SIGTERM)
            }
            try #require(stopped.exitCode == .preempted, "\(stopped.complaint)")
        }
        let run = place.latest().path
        let said = try await output("explain", run)
        #expect(said.first?.contains("has not ended well") == true, "\(said)")
        #expect(said.first?.contains("Resumed: a, b") == true, "\(said)")
        let rows = try await output("report", run, "--format", "csv").filter {
            $0.hasPrefix("a,taught,interval,") && $0.contains(",task_loss,")
        }
        let steps = rows.compactMap { Int($0.split(separator: ",")[3]) }
        #expect(steps == steps.sorted() && Set(steps).count == steps.count)
    }

    @Test func whatIsNoRunIsRefused() async throws {
        for words in [["report", place.path], ["explain", place.path]] {
            let finished = try await Cohort.run(words, in: place)
            #expect(finished.exitCode == .missingFile)
            #expect(finished.complaint.contains("no config.yaml"))
        }
        let run = place.path
        let idle = try await Cohort.run(["report", run, "--log"], in: place)
        #expect(idle.exitCode == .usage)
        let unknown = try await Cohort.run(
            ["report", run, "--format", "svg", "--figure", "los"], in: place)
        #expect(unknown.exitCode == .configuration)
    }
}
