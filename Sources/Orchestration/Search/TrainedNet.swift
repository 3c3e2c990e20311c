import Experiment
import Foundation
import Reporting

/// What a net of a search was trained to.
package struct TrainedNet: Codable, Hashable, Sendable {
    /// The net.
    package var net: SearchedCandidate
    /// The accuracy on the test samples where the teacher taught it; nil where that is not known.
    package var taught: Double?
    /// The same where it learned from the labels alone.
    package var alone: Double?

    /// A net with its accuracies.
    package init(_ net: SearchedCandidate, taught: Double?, alone: Double?) {
        (self.net, self.taught, self.alone) = (net, taught, alone)
    }
}

/// The nets of a search as a text.
package enum TrainedNets {
    /// The nets in their order, in a format.
    package static func text(_ nets: [TrainedNet], _ format: RowFormat) -> String {
        switch format {
        case .json: nets.map { line(of: $0) + "\n" }.joined()
        case .table: table(nets) + correlations(nets)
        }
    }

    private static func line(of net: TrainedNet) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(net) else {
            preconditionFailure("a net's numbers are finite")
        }
        return String(decoding: data, as: UTF8.self)
    }

    private static func table(_ nets: [TrainedNet]) -> String {
        let head = [
            "net", "parameters", "multiply-adds", "rating", "supernet", "alone", "taught", "layers",
        ]
        let rows = nets.map { trained in
            [
                trained.net.name, "\(trained.net.cost.parameters)",
                "\(trained.net.cost.multiplyAdds)", String(format: "%.4f", trained.net.score),
                percent(trained.net.supernetAccuracy), percent(trained.alone),
                percent(trained.taught), trained.net.blocks.joined(separator: ", "),
            ]
        }
        return TextTable(rows: [head] + rows).text
    }

    private static func percent(_ share: Double?) -> String {
        share.map { SearchRanking.percent($0) } ?? "-"
    }

    /// How far the ratings order the nets as their training does: a line for each kind of rating
    /// and of training.
    private static func correlations(_ nets: [TrainedNet]) -> String {
        let ratings: [(String, (TrainedNet) -> Double?)] = [
            ("the blocks' ratings", { -$0.net.score }),
            ("the supernet's accuracies", { $0.net.supernetAccuracy }),
        ]
        let trainings: [(String, (TrainedNet) -> Double?)] = [
            ("alone", { $0.alone }), ("taught", { $0.taught }),
        ]
        return ratings.flatMap { rating in
            trainings.compactMap { training in
                let pairs = nets.compactMap { net in
                    rating.1(net).flatMap { first in training.1(net).map { (first, $0) } }
                }
                return RankCorrelation.kendall(pairs.map(\.0), pairs.map(\.1)).map {
                    "Kendall's tau of \(rating.0) and \(pairs.count) accuracies \(training.0):"
                        + String(format: " %.2f\n", $0)
                }
            }
        }.joined()
    }
}
