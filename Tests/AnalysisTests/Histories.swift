import Analysis
import Bytes
import Foundation
import Reporting

/// Records of learners with the values that a test is about.
enum Histories {
    static func record(
        _ body: Record.Body, of learner: String = "a", at seconds: Double = 0
    ) -> Record {
        Record(
            time: Date(timeIntervalSince1970: seconds), run: "r", learner: learner, role: "student",
            body)
    }

    static func start(at step: Int = 0, of total: Int = 60) -> Record.Body {
        .start(
            StartReport(
                model: "mlp", parameters: 10, threads: 1, weightsSHA256: "", step: step,
                totalSteps: total))
    }

    /// Ten steps, up to `step`, of a learner that `b` teaches.
    static func interval(
        _ step: Int, task: Double? = 1, divergence: Double? = 0.5, agreement: Double = 0.5,
        term: TermReport? = TermReport(value: 0.5, weight: 1, open: 1), wait: Double = 0,
        absences: Int? = nil, banked: BankedReport? = nil, codecError: Double? = nil
    ) -> IntervalReport {
        IntervalReport(
            step: step, steps: 10, epoch: 1, taskLoss: task,
            totalLoss: (task ?? 0) + (term?.value ?? 0),
            terms: term.map { ["kd<b": $0] } ?? [:],
            divergence: divergence.map { ["b": $0] } ?? [:],
            agreement: divergence == nil ? [:] : ["b": agreement],
            codecErrors: codecError.map { ["logits:int8": $0] } ?? [:], rate: 0.1, stepSeconds: 0.1,
            waitSeconds: wait > 0 ? ["b": wait] : [:], absences: absences.map { ["b": $0] },
            banked: banked.map { ["b": $0] }, bytesFrom: ["b": 1000], bytesTo: ["b": 100])
    }

    static func epoch(
        _ number: Int, _ step: Int, accuracy: Double, ensemble: Double? = nil
    ) -> EpochReport {
        EpochReport(
            epoch: number, step: step, trainAccuracy: 1, trainLoss: 0.1, testAccuracy: accuracy,
            testNLL: 0.4, ensembleAccuracy: ensemble, ensembleMembers: ["a", "b"], seconds: 1)
    }

    static func end(_ step: Int = 60, accuracy: Double?) -> Record.Body {
        .end(EndReport(step: step, seconds: 6, testAccuracy: accuracy, weightsSHA256: ""))
    }

    /// A learner's whole run of these intervals.
    static func learner(
        _ name: String = "a", _ intervals: [IntervalReport], accuracy: Double? = 0.9,
        epochs: [EpochReport] = [], isFinished: Bool = true
    ) -> LearnerHistory {
        let bodies: [Record.Body] =
            [start()] + intervals.map { .interval($0) } + epochs.map { .epoch($0) }
            + (isFinished ? [end(accuracy: accuracy)] : [])
        return LearnerHistory(name, bodies.map { record($0, of: name) })
    }

    /// A run of `a`, which `b` teaches.
    ///
    /// - Parameters:
    ///   - alone: what `a` reaches alone; nil where it was not trained so.
    ///   - teacher: what `b` reaches.
    static func report(
        _ intervals: [IntervalReport], accuracy: Double? = 0.9, alone: Double? = 0.9,
        teacher: Double = 0.9, teacherIntervals: [IntervalReport] = [],
        epochs: [EpochReport] = [], aloneEpochs: [EpochReport] = [], isFinished: Bool = true
    ) -> RunReport {
        let learners = [
            learner("a", intervals, accuracy: accuracy, epochs: epochs, isFinished: isFinished),
            learner("b", teacherIntervals, accuracy: teacher),
        ]
        let summary = Summary(
            run: "r", name: "pair", seed: 7, configurationDigest: "", seconds: 1,
            exitCode: isFinished ? .success : .preempted, learners: [:])
        return RunReport(
            RunHistory(
                run: RunDirectory(path: "runs/pair/20260101-000000-r"),
                configuration: "name: pair\n", summary: summary, learners: learners,
                alone: alone.map { [learner("a", [], accuracy: $0, epochs: aloneEpochs)] } ?? []))
    }
}
