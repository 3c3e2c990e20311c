/// The results of several runs of one experiment, learner by learner, over their seeds.
public struct RunComparison: Sendable {
    private let summaries: [Summary]

    /// - Parameter summaries: of runs of one experiment, in the order of their seeds.
    public init(_ summaries: [Summary]) {
        self.summaries = summaries.sorted { $0.seed < $1.seed }
    }

    /// A row for each learner: its accuracy alone and taught, and the gain of teaching with each
    /// seed.
    public var learners: TextTable {
        let names = Set(summaries.flatMap(\.learners.keys)).sorted()
        let head = ["learner", "model", "alone", "taught", "gain of each seed", "mean gain"]
        return TextTable(
            rows: [head]
                + names.map { name in
                    let found = summaries.compactMap { $0.learners[name] }
                    let gains = found.compactMap { learner in
                        learner.testAccuracy.flatMap { taught in
                            learner.aloneTestAccuracy.map { (taught - $0) * 100 }
                        }
                    }
                    return [
                        name, found.first?.model ?? "",
                        Self.spread(found.compactMap(\.aloneTestAccuracy)),
                        Self.spread(found.compactMap(\.testAccuracy)), Self.list(gains),
                        Self.points(gains),
                    ]
                }, wordColumns: 2)
    }

    /// How much better one learner was than others, in the mean of these, with each seed.
    ///
    /// - Parameter others: learners of the same runs.
    /// - Returns: the difference in percentage points with each seed, and its mean; nil where a run
    ///   lacks one of the learners.
    public func difference(of name: String, over others: [String]) -> String? {
        var differences: [Double] = []
        for summary in summaries {
            let theirs = others.compactMap { summary.learners[$0]?.testAccuracy }
            guard let own = summary.learners[name]?.testAccuracy, theirs.count == others.count,
                !others.isEmpty
            else { return nil }
            differences.append((own - theirs.reduce(0, +) / Double(theirs.count)) * 100)
        }
        let rest = others.count == 1 ? others[0] : "the mean of " + others.joined(separator: ", ")
        return "\(name) over \(rest): \(Self.list(differences)) points,"
            + " mean \(Self.points(differences))"
    }

    private static func list(_ values: [Double]) -> String {
        values.isEmpty ? "-" : values.map(Text.signed).joined(separator: ", ")
    }

    private static func points(_ values: [Double]) -> String {
        guard !values.isEmpty else { return "-" }
        return
            "\(Text.signed(mean(values))) ± \(Text.fixed(standardDeviation(values), decimals: 2))"
    }

    /// The mean and standard deviation of accuracies.
    private static func spread(_ values: [Double]) -> String {
        guard !values.isEmpty else { return "-" }
        return "\(Text.percent(mean(values)))"
            + " ± \(Text.fixed(standardDeviation(values) * 100, decimals: 2))"
    }
}
