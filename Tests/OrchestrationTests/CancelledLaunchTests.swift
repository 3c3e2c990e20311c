import Experiment
import Foundation
import Orchestration
import Reporting
import Testing

/// Launches whose task is cancelled.
@Suite(.timeLimit(.minutes(1))) struct CancelledLaunchTests {
    /// Cancelled before its first process a launch has no results, and is no finished run.
    @Test func aLaunchThatIsCancelledAtOnceIsNotFinished() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/cohort-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let configuration = try ExperimentConfiguration(
            text: """
                data: {set: digits, labels: 64}
                training: {steps: 4, batch: 16}
                learners: {a: {model: mlp, options: {hidden: [4]}}}
                runs: \(folder)
                """, file: "f", name: "cancelled", registries: .all)
        let launch = try CohortLaunch(configuration, RunOptions { _ in })
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await launch.run() }
                try await group.waitForAll()
            }
        }
        let run = RunDirectory(path: "\(folder)/cancelled/latest")
        #expect(FileManager.default.fileExists(atPath: run.configuration))
        #expect(!FileManager.default.fileExists(atPath: run.summary))
    }
}
