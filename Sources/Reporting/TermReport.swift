/// The contribution of a teaching term in an interval, in means over its steps.
public struct TermReport: Codable, Hashable, Sendable {
    /// What the term added to the loss, in nats, its weight included. Steps without the term count
    /// as 0.
    public var value: Double
    /// The term's weight at the steps that had it: the edge's, times the schedule's factor.
    public var weight: Double
    /// The share, in 0...1, of the received samples that the gate let through.
    public var open: Double
    /// The share of each teacher in the target, where the combination weighs them; of KDCL the
    /// learner's own comes first.
    public var shares: [Double]?
    /// What its private votes have spent since the run's start; nil where it counts none.
    public var privacy: PrivacyReport?
    /// What the term reports beside, by name, such as the accuracy of its discriminator: means over
    /// the steps that had it. Nil where it reports nothing.
    public var figures: [String: Double]?
    /// Its gradient in the model; nil where gradients were not compared.
    public var gradient: GradientReport?

    /// The report of one step, or of an interval.
    public init(
        value: Double, weight: Double, open: Double, shares: [Double]? = nil,
        privacy: PrivacyReport? = nil, figures: [String: Double]? = nil
    ) {
        self.value = value
        self.weight = weight
        self.open = open
        self.shares = shares
        self.privacy = privacy
        self.figures = figures
    }

    /// The mean of an interval's reports.
    ///
    /// - Parameter steps: of the whole interval, some of which may lack the term.
    public init(mean reports: [TermReport], of steps: Int) {
        let count = Double(max(1, reports.count))
        func mean(_ value: (TermReport) -> Double) -> Double {
            reports.reduce(0) { $0 + value($1) } / count
        }
        let value = reports.reduce(0) { $0 + $1.value } / Double(max(1, steps))
        self.init(
            value: value, weight: mean(\.weight), open: mean(\.open),
            privacy: reports.last?.privacy, figures: Self.means(of: reports.compactMap(\.figures)))
        gradient = GradientReport(mean: reports.compactMap(\.gradient))
        let weighed = reports.compactMap(\.shares)
        guard let first = weighed.first, weighed.allSatisfy({ $0.count == first.count }) else {
            return
        }
        shares = first.indices.map { index in
            weighed.reduce(0) { $0 + $1[index] } / Double(weighed.count)
        }
    }

    /// The mean of each figure over the steps that had it; nil where none had any.
    private static func means(of figures: [[String: Double]]) -> [String: Double]? {
        let all = Dictionary(grouping: figures.joined(), by: \.key)
        guard !all.isEmpty else { return nil }
        return all.mapValues { found in
            found.reduce(0) { $0 + $1.value } / Double(found.count)
        }
    }
}
