import Bytes
import Foundation
import Reporting

extension Record {
    static func of(_ body: Body, _ learner: String = "a", at seconds: Double = 0) -> Record {
        Record(
            time: Date(timeIntervalSince1970: seconds), run: "r", learner: learner, role: "student",
            body)
    }

    static func start(
        _ learner: String = "a", after step: Int = 0, of total: Int? = 600, at seconds: Double = 0
    ) -> Record {
        .of(
            .start(
                StartReport(
                    model: "mlp", parameters: 1, threads: 1, weightsSHA256: "", step: step,
                    totalSteps: total)), learner, at: seconds)
    }

    /// Ten steps that took a second each.
    static func interval(
        _ learner: String = "a", to step: Int, loss: Double? = 1.5, waits: [String: Double] = [:],
        at seconds: Double? = nil
    ) -> Record {
        .of(
            .interval(
                IntervalReport(
                    step: step, steps: 10, epoch: 2, taskLoss: loss, divergence: ["b": 0.25],
                    agreement: ["b": 0.5], rate: 0.05, stepSeconds: 1, waitSeconds: waits)),
            learner, at: seconds ?? Double(step))
    }

    static func epoch(
        _ learner: String = "a", to step: Int, test: Double, at seconds: Double? = nil
    ) -> Record {
        .of(
            .epoch(
                EpochReport(
                    epoch: 2, step: step, trainAccuracy: 0.9, trainLoss: 1, testAccuracy: test,
                    testNLL: 1, ensembleAccuracy: 0.95, ensembleMembers: ["a", "b"], seconds: 1)),
            learner, at: seconds ?? Double(step))
    }

    static func end(
        _ learner: String = "a", after step: Int = 600, test: Double? = 0.8,
        _ code: ExitCode = .success
    ) -> Record {
        .of(
            .end(
                EndReport(
                    step: step, seconds: 1, testAccuracy: test, weightsSHA256: "", exitCode: code)),
            learner)
    }

    static func notice(
        _ text: String, _ learner: String = "a", at seconds: Double = 0
    ) -> Record {
        .of(.notice(Notice(text, level: .warning)), learner, at: seconds)
    }
}
