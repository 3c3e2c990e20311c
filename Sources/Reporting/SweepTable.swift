import Foundation

/// What the combinations of a sweep came to, the best first.
public struct SweepTable: Sendable {
    /// A combination of settings.
    public struct Row: Hashable, Sendable {
        /// The values of the axes, in their order.
        public var values: [String]
        /// The validation accuracies in 0...1 of each seed, by learner.
        public var accuracies: [String: [Double]]
        /// The directories of its runs, one for each seed.
        public var runs: [String]
        /// Why one of its runs failed; nil where none did. Such a combination comes last.
        public var failure: String?

        /// What a combination came to.
        public init(
            values: [String], accuracies: [String: [Double]], runs: [String], failure: String? = nil
        ) {
            (self.values, self.accuracies, self.runs) = (values, accuracies, runs)
            self.failure = failure
        }

        /// The mean over seeds, and over learners or of one of them; what the table is sorted by.
        func score(of learner: String?) -> Double {
            guard failure == nil else { return -.infinity }
            // Always added in the same order, so that equal accuracies have equal means.
            let counted =
                learner.map { accuracies[$0] ?? [] }
                ?? accuracies.sorted { $0.key < $1.key }.flatMap(\.value)
            return counted.isEmpty ? -.infinity : mean(counted)
        }

        /// The mean over learners, at each seed that all of them have.
        var means: [Double] {
            let columns = accuracies.sorted { $0.key < $1.key }.map(\.value)
            return (0..<(columns.map(\.count).min() ?? 0)).map { seed in
                mean(columns.map { $0[seed] })
            }
        }
    }

    private let paths: [String]
    private let learners: [String]
    private let best: String?
    /// In the order of their scores; of equal ones the earlier combination.
    public let rows: [Row]

    /// A table.
    ///
    /// - Parameters:
    ///   - paths: the axes.
    ///   - learners: the columns.
    ///   - best: the learner whose accuracy decides; nil for the mean of all.
    public init(_ rows: [Row], paths: [String], learners: [String], sortedBy best: String?) {
        (self.paths, self.learners, self.best) = (paths, learners, best)
        let scores = rows.map { $0.score(of: best) }
        self.rows = rows.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.map { rows[$0] }
    }

    /// The rows as one text.
    public func text(_ format: RowFormat) -> String {
        switch format {
        case .table: title + table
        case .json: rows.map { line($0) + "\n" }.joined()
        }
    }

    /// What the numbers are, and what decides.
    private var title: String {
        let seeds = rows.map(\.runs.count).max() ?? 0
        let spread = seeds > 1 ? " (mean ± standard deviation over \(seeds) seeds)" : ""
        let measure = best ?? (hasMean ? Self.meanTitle : learners.first)
        return "validation accuracy\(spread)" + (measure.map { ", ranked by \($0)" } ?? "") + "\n"
    }

    private static let meanTitle = "mean"

    private var hasMean: Bool { learners.count > 1 }

    private var table: String {
        let body = rows.map { row in
            guard row.failure == nil else {
                return row.values
                    + Array(repeating: "failed", count: learners.count + (hasMean ? 1 : 0))
            }
            return row.values + learners.map { Text.spread(ofShares: row.accuracies[$0] ?? []) }
                + (hasMean ? [Text.spread(ofShares: row.means)] : [])
        }
        let header = paths + learners + (hasMean ? [Self.meanTitle] : [])
        return TextTable(rows: [header] + body, wordColumns: paths.count).text
    }

    private func line(_ row: Row) -> String {
        struct Line: Encodable {
            var settings: [String: String]
            var accuracies: [String: [Double]]
            var runs: [String]
            var failure: String?
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let settings = Dictionary(uniqueKeysWithValues: zip(paths, row.values))
        let line = Line(
            settings: settings, accuracies: row.accuracies, runs: row.runs, failure: row.failure)
        guard let data = try? encoder.encode(line) else {
            preconditionFailure("accuracies are finite")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
