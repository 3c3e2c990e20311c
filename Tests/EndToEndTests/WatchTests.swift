import Foundation
import Glibc
import Reporting
import Testing

/// `cohort watch`, beside a run and after it.
@Suite(.timeLimit(.minutes(3))) struct WatchTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private var endless: [String] {
        get throws { ["run", try place.pair(), "training.steps=100000000"] }
    }

    @Test func aRunThatHasEndedIsShownWithItsResults() async throws {
        let ran = try await Cohort.run(["run", try place.pair()], in: place)
        #expect(ran.exitCode == .success, "\(ran.complaint)")
        let names = [
            "\(place.runs)/pair", place.latest().path,
            try RunReference("\(place.runs)/pair").run.path,
        ]
        for name in names {
            let watched = try await Cohort.run(["watch", name], in: place)
            #expect(watched.exitCode == .success, "\(watched.complaint)")
            #expect(watched.output == ran.output)
            #expect(watched.errors.contains { $0.hasPrefix("b: end after step 16") })
            #expect(watched.errors.contains { $0.hasPrefix("cohort: results: ") })
        }
    }

    /// It is stopped, resumed and stopped again while it is watched; who watches ends in between.
    @Test func watchingGoesOnWhileTheRunIsResumedAndNeverStopsIt() async throws {
        let (watched, first) = try await Cohort.run(try endless, in: place) { launcher in
            try await launcher.areTraining(["a", "b"])
            let watching = try await Cohort.run(["watch", place.latest().path], in: place) {
                watcher in
                try await watcher.areTraining(["a", "b"])
                launcher.signal(SIGTERM)
                try await watcher.line { $0.contains("no process works on it") }
                return try await self.resume(under: watcher)
            }
            return watching
        }
        #expect(first.exitCode == .preempted)
        #expect(watched.finished.exitCode == .signal(SIGINT))
        #expect(watched.finished.output.isEmpty)
        #expect(watched.result.exitCode == .preempted, "\(watched.result.complaint)")
        let once = try await Cohort.run(["watch", place.latest().path, "--once"], in: place)
        #expect(once.exitCode == .success)
        #expect(once.errors.contains { $0.contains("no process works on it") })
        #expect(once.output.isEmpty)
    }

    /// Resumes the run, ends the watching of it, and then stops the run.
    private func resume(under watcher: Running) async throws -> Finished {
        try await Cohort.run(try endless, in: place) { launcher in
            try await watcher.line { $0.hasPrefix("a: resume after step") }
            watcher.signal(SIGINT)
            try await launcher.areTraining(["a", "b"])
            launcher.signal(SIGTERM)
        }.finished
    }

    @Test func whereThereIsNoRunThatIsSaid() async throws {
        let finished = try await Cohort.run(["watch", "\(place.runs)/nothing"], in: place)
        #expect(finished.exitCode == .missingFile)
        #expect(
            finished.complaint.contains("\(place.runs)/nothing: there is no run: no such folder"))
    }
}
