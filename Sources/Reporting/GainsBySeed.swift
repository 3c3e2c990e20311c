/// The gain of teaching with each of several seeds, each the mean over the learners.
public struct GainsBySeed: Hashable, Sendable {
    private struct Row: Hashable {
        var seed: UInt64
        var alone: Double
        var taught: Double
        var gain: Double { (taught - alone) * 100 }
    }

    private var rows: [Row] = []

    /// No runs.
    public init() {}

    /// Adds a run, if it also trained its learners alone.
    public mutating func add(_ table: GainTable, seed: UInt64) {
        let compared = table.rows.compactMap { row in
            row.alone.flatMap { alone in row.taught.map { (alone: alone, taught: $0) } }
        }
        guard !compared.isEmpty else { return }
        let count = Double(compared.count)
        rows.append(
            Row(
                seed: seed, alone: compared.reduce(0) { $0 + $1.alone } / count,
                taught: compared.reduce(0) { $0 + $1.taught } / count))
    }

    /// ``lines`` as one text.
    public var text: String { lines.map { $0 + "\n" }.joined() }

    /// A line for each seed, and their mean with the standard deviation over seeds.
    public var lines: [String] {
        guard !rows.isEmpty else { return ["no learner was also trained alone: set compare.alone"] }
        let head = ["seed", "alone", "taught", "gain (points)"]
        let body = rows.map { row in
            [
                "\(row.seed)", Text.percent(row.alone), Text.percent(row.taught),
                Text.signed(row.gain),
            ]
        }
        let gains = rows.map(\.gain)
        let last = [
            "mean", Text.percent(mean(rows.map(\.alone))), Text.percent(mean(rows.map(\.taught))),
            Text.spread(gains, Text.signed) { Text.fixed($0, decimals: 2) },
        ]
        return TextTable(rows: [head] + body + [last], wordColumns: 1).lines
    }
}
