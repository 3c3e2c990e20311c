import Foundation
import Testing

/// Signals that were ignored when the program began, as by `nohup`, stay ignored in every process.
@Suite(.timeLimit(.minutes(3))) struct IgnoredSignalTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private static let names: [Int32: String] = [
        SIGHUP: "HUP", SIGINT: "INT", SIGTERM: "TERM", SIGQUIT: "QUIT", SIGUSR1: "USR1",
    ]

    /// Runs a launcher with a signal ignored, sends it and its processes that signal, and ends it
    /// by another when both learners have gone on.
    private func undisturbed(_ words: [String], by signal: Int32) async throws -> Finished {
        let name = try #require(Self.names[signal])
        let end = signal == SIGINT ? SIGTERM : SIGINT
        let (disturbed, finished) = try await Cohort.run(
            words, in: place, by: ["env", "--ignore-signal=\(name)"]
        ) { launcher in
            try await launcher.areTraining(["a", "b"])
            let processes = try place.latest().startedProcesses()
            launcher.signal(signal)
            for process in processes.values { kill(process, signal) }
            try await launcher.areTraining(["a", "b"])
            launcher.signal(end)
            return processes
        }
        #expect(disturbed.keys.contains("a") && disturbed.keys.contains("b"))
        #expect(finished.exitCode == (end == SIGTERM ? .preempted : .signal(end)))
        let log = try place.text(place.latest().launcherLog)
        #expect(!log.contains("starting it again") && log.contains("stopping all: signal \(end)"))
        #expect(try place.processes().isEmpty)
        return finished
    }

    private var endless: [String] {
        get throws { [try place.pair(), "training.steps=100000000"] }
    }

    @Test(arguments: names.keys.sorted()) func ofARun(signal: Int32) async throws {
        _ = try await undisturbed(["run"] + endless, by: signal)
    }

    @Test(arguments: [SIGHUP, SIGTERM]) func ofARank(signal: Int32) async throws {
        let rank = ["--rank", "0", "--size", "1", "--run", "job"]
        _ = try await undisturbed(["rank"] + endless + rank, by: signal)
    }

    @Test func ofARelay() async throws {
        _ = try await undisturbed(["run"] + endless + ["exchange.topology=relay"], by: SIGHUP)
        let log = try place.text(place.latest().launcherLog)
        #expect(log.contains("started 'relay-1'"))
    }

    @Test func ofARecording() async throws {
        _ = try await undisturbed(["record", "--cohort"] + endless, by: SIGHUP)
    }

    @Test(arguments: [SIGHUP, SIGINT]) func ofALearnerByHand(signal: Int32) async throws {
        let words =
            ["learner"] + (try endless) + ["--name", "a", "--alone", "--directory", place.path]
        let name = try #require(Self.names[signal])
        let (_, finished) = try await Cohort.run(
            words, in: place, by: ["env", "--ignore-signal=\(name)"]
        ) { learner in
            try await learner.areTraining(["a"])
            learner.signal(signal)
            try await learner.areTraining(["a"])
            learner.signal(SIGTERM)
        }
        #expect(finished.exitCode == .preempted)
    }

    /// A parent that does not wait for its children has CHLD ignored.
    @Test func ofTheEndOfChildrenIsTakenBack() async throws {
        let finished = try await Cohort.run(
            ["run", try place.pair()], in: place, by: ["env", "--ignore-signal=CHLD"])
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }
}
