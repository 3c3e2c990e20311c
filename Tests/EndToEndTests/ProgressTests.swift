import Foundation
import Reporting
import Testing

/// What a launcher shows of a run with many short epochs.
@Suite(.timeLimit(.minutes(3))) struct ProgressTests {
    private let place: Workplace
    private static let epochs = 60

    init() throws { place = try Workplace() }

    private func run(_ more: String...) async throws -> Finished {
        let file = try place.pair()
        return try await Cohort.run(
            ["run", file, "training.steps=null", "training.epochs=\(Self.epochs)"] + more, in: place
        )
    }

    private func evaluations(of name: String, in finished: Finished) -> [String] {
        finished.errors.filter { $0.hasPrefix("\(name): epoch") }
    }

    @Test func thereIsAtMostOneLineASecondAndLearner() async throws {
        let start = ContinuousClock.now
        let finished = try await run()
        let seconds = Int((ContinuousClock.now - start) / .seconds(1))
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        for name in ["a", "b"] {
            let lines = evaluations(of: name, in: finished)
            #expect(lines.count <= seconds + 2, "\(lines.count) lines in \(seconds) s")
            #expect(lines.first?.contains("8 of 480 steps") == true, "\(lines)")
            #expect(lines.last?.hasPrefix("\(name): epoch 60 done") == true)
            #expect(lines.last?.hasSuffix("; 480 of 480 steps, 0:00 left") == true)
            let records = try JSONLines.read(path: place.latest().learner(name).metrics).records
            #expect(records.count { if case .epoch = $0.body { true } else { false } } == 60)
            let log = try place.text(place.latest().learner(name).log)
            #expect(log.split(separator: "\n").count { $0.contains(" done at step ") } == 60)
        }
    }

    @Test func allLinesComeWhereTheyAreAskedFor() async throws {
        let finished = try await run("--progress", "all")
        for name in ["a", "b"] {
            #expect(evaluations(of: name, in: finished).count == Self.epochs)
        }
    }

    @Test func noneComeWhereNoneAreWanted() async throws {
        let finished = try await run("--progress", "none")
        #expect(finished.exitCode == .success)
        #expect(!finished.errors.contains { $0.hasPrefix("a: ") })
        #expect(finished.errors.contains { $0.contains("results: ") })
    }
}
