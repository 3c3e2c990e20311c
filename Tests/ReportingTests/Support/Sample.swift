import Foundation
import Reporting

/// Reports whose numbers have four digits that occur nowhere else, so that a text can be searched.
enum Sample {
    static let term = TermReport(value: 0.4567, weight: 0.9876, open: 0.8765, shares: [0.25, 0.75])
    static let interval = IntervalReport(
        step: 120, steps: 10, epoch: 7, taskLoss: 1.234, totalLoss: 1.691,
        terms: ["dml<b,c": term],
        divergence: ["b": 0.3456, "c": 0.5678], agreement: ["b": 0.6789, "c": 0.789],
        codecErrors: ["logits:int8": 0.002345], rate: 0.0891, gradientNorm: 9.123,
        stepSeconds: 0.0357, waitSeconds: ["b": 0.0021, "c": 0.0139],
        bytesFrom: ["b": 41_500, "c": 40_000], bytesTo: ["b": 20_350, "c": 20_350])
    /// A learner that only teaches.
    static let teaching = IntervalReport(
        step: 120, steps: 10, epoch: 7, taskLoss: nil, rate: nil, stepSeconds: 0.0357,
        bytesTo: ["b": 20_350])
    static let epoch = EpochReport(
        epoch: 7, step: 120, trainAccuracy: 0.9753, trainLoss: 0.2468, testAccuracy: 0.8642,
        testNLL: 0.4321, ensembleAccuracy: 0.8975, ensembleMembers: ["a", "b", "c"], seconds: 3.21)
    static let records = [
        record(
            .start(
                StartReport(
                    model: "lenet", parameters: 61_706, threads: 2, weightsSHA256: "ab12"))),
        record(.interval(interval)),
        record(.interval(teaching)),
        record(.epoch(epoch)),
        record(.notice(Notice("waits for b: \"long\"\nand on", level: .warning, step: 119))),
        record(
            .end(EndReport(step: 120, seconds: 4.5, testAccuracy: 0.8642, weightsSHA256: "cd34"))),
    ]

    static let scores = ClassScores(
        ece: 0.0357, f1: 0.8246, top: ["5": 0.9864], classAccuracies: [0.9371, 0.7913],
        calibration: [
            CalibrationBin(confidence: 0.6218, accuracy: 0.5512, share: 0.2913),
            CalibrationBin(confidence: 0.9618, accuracy: 0.9412, share: 0.7087),
        ], confusion: [[641, 43], [113, 428]])
    static let text = TextScore(loss: 2.1753, bytesPerToken: 3.4071)

    /// A record of each kind in which every field has a value.
    static let full: [Record] = {
        let start = StartReport(
            model: "lenet", parameters: 61_706, threads: 3, threadsReason: "3 processors",
            weightsSHA256: "ab12", step: 4321, totalSteps: 8765)
        var interval = Self.interval
        let spent = PrivacyReport(
            epsilon: 2.468, delta: 0.001357, limit: 3.579, queries: 6_420, answers: 3_197,
            privateEpsilonByVotes: 1.593)
        interval.terms["dml<b,c"]?.privacy = spent
        interval.terms["dml<b,c"]?.figures = ["accuracy": 0.6543]
        interval.terms["dml<b,c"]?.gradient = GradientReport(
            norm: 1.472, share: 0.2863, cosine: -0.5917)
        interval.taskGradient = 3.826
        interval.absences = ["b": 5, "c": 6]
        interval.banked = ["b": BankedReport(samples: 1234, age: 2.345)]
        let notice = Notice("waits for b: \"long\"\nand on", level: .warning, step: 119)
        let end = EndReport(
            step: 120, seconds: 4.567, testAccuracy: 0.8642, text: text,
            exitAccuracies: ["exit1": 0.7136, "mean": 0.8317],
            averageAccuracies: ["average=0.999": 0.8752], peakMemory: 148_176_896,
            weightsSHA256: "cd34",
            exitCode: .unavailable, reason: "the step's time is over", departed: "bert",
            privacy: ["pate<b,c": spent],
            tasks: TaskReport(
                setting: "domain", order: [2, 1], classes: [[5, 7], [4, 6]],
                accuracies: [[0.7531, 0.2468], [0.6173, 0.9259]],
                sources: ["digits, permuted", "digits"]))
        var epoch = Self.epoch
        epoch.text = text
        epoch.scores = scores
        epoch.exitAccuracies = ["exit1": 0.7136, "mean": 0.8317]
        epoch.averageAccuracies = ["average=0.999": 0.8752]
        return [
            record(.start(start)), record(.interval(interval)), record(.epoch(epoch)),
            record(.notice(notice)), record(.end(end)),
        ]
    }()

    static func record(_ body: Record.Body, learner: String = "a") -> Record {
        Record(
            time: Date(timeIntervalSince1970: 1_000.25), run: "r1", learner: learner,
            role: "student", body)
    }
}

/// A folder of its own for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/reporting-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
    }
}
