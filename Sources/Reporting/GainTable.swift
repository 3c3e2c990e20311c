/// The gain of teaching over the same students trained alone: the table that a run ends with.
public struct GainTable: Hashable, Sendable {
    /// One learner's accuracies.
    public struct Row: Hashable, Sendable {
        /// Its name.
        public var learner: String
        /// The name of its model.
        public var model: String
        /// How many numbers the model learns.
        public var parameters: Int
        /// The test accuracy without teaching, in 0...1; nil where it was not trained.
        public var alone: Double?
        /// The test accuracy with teaching, in 0...1.
        public var taught: Double?
        /// How well it predicts text without teaching, and with; nil where it predicts none.
        public var aloneText: TextScore?
        public var taughtText: TextScore?

        /// The accuracies of a learner, in 0...1.
        public init(
            learner: String, model: String, parameters: Int, alone: Double?, taught: Double?,
            aloneText: TextScore? = nil, taughtText: TextScore? = nil
        ) {
            self.aloneText = aloneText
            self.taughtText = taughtText
            self.learner = learner
            self.model = model
            self.parameters = parameters
            self.alone = alone
            self.taught = taught
        }

        /// In percentage points.
        public var gain: Double? {
            guard let alone, let taught else { return nil }
            return (taught - alone) * 100
        }
    }

    /// In the order of the table.
    public var rows: [Row]

    /// A table of these rows.
    public init(_ rows: [Row]) {
        self.rows = rows
    }

    /// The mean gain, in percentage points, of the learners that have both accuracies.
    public var meanGain: Double? { Self.mean(rows.map(\.gain)) }

    /// ``lines`` as one text.
    public var text: String { lines.map { $0 + "\n" }.joined() }

    /// A header, a line per learner, and a line of means where there are two learners or more; of
    /// learners that predict text also what a byte costs, in bits.
    public var lines: [String] {
        let predictText = rows.contains { $0.taughtText != nil }
        let header =
            ["learner", "model", "parameters", "alone", "taught", "gain (points)"]
            + (predictText ? ["bits/byte alone", "taught"] : [])
        let body = rows.map { row in
            [row.learner, row.model, Text.count(row.parameters)]
                + Self.cells(row.alone, row.taught, row.gain)
                + (predictText ? Self.bits(row.aloneText, row.taughtText) : [])
        }
        let compared = rows.filter { $0.gain != nil }
        let means =
            ["mean", "", ""]
            + Self.cells(
                Self.mean(compared.map(\.alone)),
                Self.mean((compared.isEmpty ? rows : compared).map(\.taught)), meanGain)
            + (predictText ? ["", ""] : [])
        return TextTable(
            rows: [header] + body + (rows.count > 1 ? [means] : []), wordColumns: 2
        ).lines
    }

    private static func cells(_ alone: Double?, _ taught: Double?, _ gain: Double?) -> [String] {
        [
            alone.map(Text.percent) ?? "-", taught.map(Text.percent) ?? "-",
            gain.map(Text.signed) ?? "-",
        ]
    }

    private static func bits(_ alone: TextScore?, _ taught: TextScore?) -> [String] {
        [alone, taught].map { $0.map { Text.number($0.bitsPerByte) } ?? "-" }
    }

    private static func mean(_ values: [Double?]) -> Double? {
        let known = values.compactMap(\.self)
        return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
}
