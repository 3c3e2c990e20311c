import Foundation
import Reporting

/// The trials of a search as a text.
package enum SearchRanking {
    /// The trials in their order.
    package static func text(_ trials: [SearchTrial], _ format: RowFormat) -> String {
        switch format {
        case .json: trials.map { $0.line + "\n" }.joined()
        case .table: table(trials)
        }
    }

    /// An accuracy, for people.
    static func percent(_ share: Double) -> String { String(format: "%.2f%%", share * 100) }

    private static func table(_ trials: [SearchTrial]) -> String {
        let rows = trials.enumerated().map { place, trial in
            [
                "\(place + 1)", "\(trial.trial)", "\(trial.round + 1)",
                "\(Int((trial.share * 100).rounded()))%",
                trial.accuracy.map { percent($0) } ?? "failed",
                trial.edges.joined(separator: ", "),
            ]
        }
        return TextTable(
            rows: [["rank", "trial", "round", "budget", "validation", "gates"]] + rows
        ).text
    }
}
