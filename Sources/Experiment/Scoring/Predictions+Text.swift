import Foundation
import Reporting

extension Predictions {
    /// How predictions are written.
    public enum Format: String, CaseIterable, Sendable {
        /// Columns for people.
        case table
        /// An object of JSON on each line.
        case json
    }

    /// The predictions as text.
    ///
    /// - Parameter top: how many classes of each sample, the most probable first; nil for up to
    ///   three in a table, and for all in JSON.
    public func text(_ format: Format, top: Int? = nil) throws -> String {
        switch format {
        case .table:
            TextTable(rows: rows(top: min(top ?? 3, classes.count))).text
                + (accuracy.map { "\($0)\n" } ?? "")
        case .json: try lines(top: min(top ?? classes.count, classes.count))
        }
    }

    /// `accuracy 91.67% of 12 labelled samples`; nil where no sample has a label.
    public var accuracy: String? {
        let (right, labelled) = score
        guard labelled > 0 else { return nil }
        let share = String(format: "%.2f%%", 100 * Double(right) / Double(labelled))
        return "accuracy \(share) of \(labelled) labelled sample\(labelled == 1 ? "" : "s")"
    }

    private func rows(top: Int) -> [[String]] {
        let isLabelled = score.labelled > 0
        let header =
            ["sample"] + (isLabelled ? ["label"] : [])
            + (1...top).flatMap { [$0 == 1 ? "class" : "\($0).", "probability"] }
        return [header]
            + samples.map { sample in
                [sample.place] + (isLabelled ? [sample.label.map { classes[$0] } ?? "–"] : [])
                    + sample.ranking.prefix(top).flatMap { place in
                        [classes[place], String(format: "%.4f", sample.probabilities[place])]
                    }
            }
    }

    private func lines(top: Int) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try samples.map { sample in
            let record = Record(
                sample: sample.place, label: sample.label.map { classes[$0] },
                class: classes[sample.ranking[0]],
                probabilities: sample.ranking.prefix(top).map { place in
                    Record.Probability(
                        class: classes[place], probability: sample.probabilities[place])
                })
            return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
        }.joined()
    }

    /// A line of JSON.
    private struct Record: Encodable {
        struct Probability: Encodable {
            let `class`: String
            let probability: Float
        }

        let sample: String
        let label: String?
        let `class`: String
        let probabilities: [Probability]
    }

    /// Writes text to a file, whole or not at all.
    ///
    /// - Throws: ``DiskError``.
    public static func write(_ text: String, to path: String) throws {
        try Files.replace(path, with: Data(text.utf8))
    }
}
