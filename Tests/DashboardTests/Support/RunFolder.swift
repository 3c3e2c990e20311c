import Foundation
import Reporting

/// Calls `body` with a run directory of its own, which is removed afterwards.
func withRunFolder(_ body: (RunFolder) async throws -> Void) async throws {
    let root =
        FileManager.default.temporaryDirectory.path
        + "/cohort-dashboard-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let folder = RunFolder(run: RunDirectory(path: "\(root)/digits/1"))
    try FileManager.default.createDirectory(
        atPath: folder.run.path, withIntermediateDirectories: true)
    try folder.run.write(configuration: "name: digits\n")
    try await body(folder)
}

/// A run directory to which records are appended.
struct RunFolder: Sendable {
    let run: RunDirectory

    /// Appends records to the file of a learner.
    func append(_ bodies: [Record.Body], of learner: String, alone: Bool = false) throws {
        let directory = (alone ? run.alone : run).learner(learner)
        try FileManager.default.createDirectory(
            atPath: directory.path, withIntermediateDirectories: true)
        let output = try LineOutput(appendingTo: directory.metrics)
        try output.write(bodies.map { JSONLines.line(Sample.record($0, of: learner)) })
    }

    /// Puts another file of records in the place of a learner's, as a restart after a crash does.
    func replace(_ bodies: [Record.Body], of learner: String) throws {
        let lines = bodies.map { JSONLines.line(Sample.record($0, of: learner)) + "\n" }
        try Data(lines.joined().utf8).write(
            to: URL(fileURLWithPath: run.learner(learner).metrics), options: .atomic)
    }
}

/// Records for tests.
enum Sample {
    /// A record of a body, a second after 1970 for each of its steps.
    static func record(_ body: Record.Body, of learner: String) -> Record {
        let step =
            switch body {
            case .interval(let report): report.step
            case .epoch(let report): report.step
            case .end(let report): report.step
            case .start, .notice: 0
            }
        return Record(
            time: Date(timeIntervalSince1970: Double(step)), run: "1", learner: learner,
            role: "student", body)
    }

    /// The start of a learner.
    static func start(at step: Int = 0, of total: Int = 100) -> Record.Body {
        .start(
            StartReport(
                model: "mlp", parameters: 10, threads: 1, weightsSHA256: "00", step: step,
                totalSteps: total))
    }

    /// An interval with a loss, and what it has of one teacher.
    static func interval(
        _ step: Int, loss: Double, teacher: String = "b", divergence: Double = 0.5
    ) -> Record.Body {
        .interval(
            IntervalReport(
                step: step, steps: 1, epoch: 1, taskLoss: loss, totalLoss: loss,
                terms: ["dml<\(teacher)": TermReport(value: 0.1, weight: 2, open: 1)],
                divergence: [teacher: divergence], agreement: [teacher: 0.75], rate: 0.1,
                stepSeconds: 0.01, waitSeconds: [teacher: 0.004]))
    }

    /// A test at the end of an epoch.
    static func epoch(_ step: Int, accuracy: Double) -> Record.Body {
        .epoch(
            EpochReport(
                epoch: 1, step: step, trainAccuracy: accuracy, trainLoss: 1,
                testAccuracy: accuracy, testNLL: 1, seconds: 1))
    }

    /// A good end.
    static func end(_ step: Int, accuracy: Double) -> Record.Body {
        .end(EndReport(step: step, seconds: 1, testAccuracy: accuracy, weightsSHA256: "00"))
    }
}
