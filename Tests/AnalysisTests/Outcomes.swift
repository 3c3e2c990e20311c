import Analysis
import Reporting

/// Runs that came to given test accuracies.
enum Outcomes {
    /// - Parameter accuracies: of each epoch of ten steps; the last is what it came to.
    static func learner(_ accuracies: [Double], nll: Double = 1) -> LearnerOutcome {
        LearnerOutcome(
            summary: LearnerSummary(
                model: "mlp", parameters: 10, steps: 4, testAccuracy: accuracies.last),
            epochs: accuracies.enumerated().map { number, accuracy in
                EpochReport(
                    epoch: number + 1, step: number * 10 + 10, trainAccuracy: 1, trainLoss: 0,
                    testAccuracy: accuracy, testNLL: nll, seconds: 1)
            })
    }

    /// A group of one run for each seed, from 1.
    static func group(
        _ title: String = "all", settings: [String] = [], seeds: [UInt64]? = nil,
        taught: [String: [Double]], alone: [String: [Double]] = [:]
    ) -> RunComparison.Group {
        let count = taught.values.map(\.count).max() ?? 0
        return RunComparison.Group(
            title: title, settings: settings,
            runs: (0..<count).map { index in
                RunOutcome(
                    seed: seeds?[index] ?? UInt64(index + 1),
                    taught: taught.mapValues { learner([$0[index]], nll: $0[index] + 1) },
                    alone: alone.mapValues { learner([$0[index]]) })
            })
    }

    static let alone = ["a": [0.863, 0.8685, 0.8389], "b": [0.88, 0.86, 0.87]]
    static let taught = ["a": [0.9185, 0.9148, 0.9074], "b": [0.885, 0.86, 0.86]]
}
