import Bytes
import Foundation
import Reporting
import Subprocess
import Testing

/// How many threads a run takes, and what decides.
@Suite(.timeLimit(.minutes(3))) struct ThreadTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// One learner that trains by itself.
    private func single() throws -> String {
        try place.write(
            """
            name: single
            data: {set: digits, labels: 64}
            training: {steps: 2, batch: 16}
            learners:
              a: {model: mlp, options: {hidden: [8]}}
            runs: \(place.runs)
            """, to: "single.yaml")
    }

    /// The report with which the learner began.
    private func start(
        _ changes: String..., environment: [Environment.Key: String] = [:],
        by wrapper: [String] = []
    ) async throws -> (report: StartReport, finished: Finished) {
        let finished = try await Cohort.run(
            ["run", try single(), "--resume", "never"] + changes, in: place,
            environment: environment, by: wrapper)
        #expect(finished.exitCode == .success)
        let metrics = place.latest("single").learner("a").metrics
        for record in try JSONLines.read(path: metrics).records {
            if case .start(let report) = record.body { return (report, finished) }
        }
        throw Unexpected("the learner reported no start")
    }

    @Test func theAffinityCounts() async throws {
        let (report, finished) = try await start(by: ["taskset", "-c", "0"])
        #expect(report.threads == 1)
        let log = try place.text(place.latest("single").learner("a").log)
        #expect(log.contains(" 1 thread (\(try #require(report.threadsReason))), "))
        #expect(!finished.complaint.contains("training.threads"))
    }

    @Test(arguments: [("1", "OMP_NUM_THREADS=1"), ("1,4", "OMP_NUM_THREADS=1,4")])
    func openMPsVariableCounts(value: String, reason: String) async throws {
        let (report, _) = try await start(environment: ["OMP_NUM_THREADS": value])
        #expect(report.threads == 1)
        // With one processor nothing else is needed to come to one thread.
        #expect(report.threadsReason == reason || report.threadsReason?.contains("1 ") == true)
    }

    @Test func anInvalidVariableIsRemarkedOn() async throws {
        let (_, finished) = try await start(environment: ["OMP_NUM_THREADS": "many"])
        #expect(finished.complaint.contains("OMP_NUM_THREADS is 'many' in the environment"))
    }

    @Test func moreThreadsThanProcessorsAreRemarkedOn() async throws {
        let (report, finished) = try await start(
            "training.threads=2", by: ["taskset", "-c", "0"])
        #expect(report.threads == 2 && report.threadsReason == "training.threads")
        #expect(finished.complaint.contains("training.threads is 2, and 1 can run"))
    }

    @Test func theNumberOfThreadsChangesNoWeight() async throws {
        _ = try await start(environment: ["OMP_NUM_THREADS": "1"])
        let one = try place.latest("single").weights(of: "a")
        _ = try await start("training.threads=3")
        #expect(try place.latest("single").weights(of: "a") == one)
    }

    @Test func checkAndDoctorSayWhatDecides() async throws {
        let environment: [Environment.Key: String] = ["OMP_NUM_THREADS": "1"]
        for command in ["check", "doctor"] {
            let finished = try await Cohort.run(
                [command, try single()], in: place, environment: environment,
                by: ["taskset", "-c", "0"])
            #expect(finished.exitCode == .success)
            #expect(finished.output.contains { $0.contains("1 thread (") })
        }
    }
}
