import Bytes
import Experiment
import Foundation

/// What a graph came to in a round of a search: a line of `trials.jsonl`.
package struct SearchTrial: Codable, Hashable, Sendable {
    /// The graph's number, from 0 in the order in which they were drawn.
    package var trial: Int
    /// The round, from 0.
    package var round: Int
    /// The share of the budget that it was trained with, in 0...1.
    package var share: Double
    /// The target's accuracy on the validation samples, in 0...1; nil where the training failed.
    package var accuracy: Double?
    /// Why the training failed; nil where it did not.
    package var failure: String?
    /// How long it took.
    package var seconds: Double
    /// The run's directory.
    package var run: String?
    /// The graph.
    package var graph: SearchedGraph
    /// Its edges and labels with their gates, for people.
    package var edges: [String]

    /// The line without its end.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a trial's numbers are finite")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether it ranks before another: by the round that was reached, then by the accuracy, then
    /// by the order in which graphs were drawn.
    package func isBetter(than other: SearchTrial) -> Bool {
        if round != other.round { return round > other.round }
        let (own, others) = (accuracy ?? -1, other.accuracy ?? -1)
        return own == others ? trial < other.trial : own > others
    }
}
