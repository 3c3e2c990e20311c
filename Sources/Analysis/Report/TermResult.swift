import Reporting

/// What a teaching term did to a learner's loss.
public struct TermResult: Codable, Hashable, Sendable {
    /// The learner.
    public var learner: String
    /// `dml<b,c`.
    public var name: String
    /// Whose knowledge it compares, as the name says.
    public var teachers: [String]
    /// What it added to the loss, its weight included, in nats.
    public var value: EdgeResult.Course?
    /// Its weight at the steps that had it.
    public var weight: EdgeResult.Course?
    /// Its part of the sum of all sizes, the weighted task loss and each term: 0...1.
    public var share: Double?
    /// The mean share of samples that its gate let through, in 0...1.
    public var open: Double?
    /// The mean share of each teacher in the target, where the combination weighs them.
    public var shares: [Double]?
    /// Whether the learner's own labels count beside.
    public var hasTask: Bool
    /// Its gradient in the model; nil where gradients were not compared.
    public var gradient: Gradient?
    /// What its private votes have spent; nil where it counts none.
    public var privacy: PrivacyReport?

    /// How a term's gradient pulled at the model, in means over the intervals that compared
    /// gradients.
    public struct Gradient: Codable, Hashable, Sendable {
        /// The Euclidean norm.
        public var norm: Double
        /// Its part of the sum of the norms of the task's gradient and of every term's, in 0...1.
        public var share: Double?
        /// The cosine of the angle to the task's gradient, in -1...1.
        public var cosine: Double?
        /// The part of the intervals in which the cosine was below 0; nil where none had one.
        public var opposed: Double?

        fileprivate init?(of name: String, _ learner: LearnerHistory) {
            let found = learner.intervals.compactMap { $0.terms[name]?.gradient }
            guard let norm = learner.mean({ $0.terms[name]?.gradient?.norm }) else { return nil }
            self.norm = norm
            share = learner.mean { $0.terms[name]?.gradient?.share }
            cosine = learner.mean { $0.terms[name]?.gradient?.cosine }
            let cosines = found.compactMap(\.cosine)
            opposed =
                cosines.isEmpty ? nil : Double(cosines.count { $0 < 0 }) / Double(cosines.count)
        }
    }

    enum CodingKeys: String, CodingKey {
        case learner, name, teachers, value, weight, share, open, shares, gradient, privacy
        case hasTask = "has_task"
    }

    static func all(of learner: LearnerHistory) -> [TermResult] {
        Set(learner.intervals.flatMap(\.terms.keys)).sorted().map { TermResult($0, learner) }
    }

    private init(_ name: String, _ learner: LearnerHistory) {
        self.learner = learner.name
        self.name = name
        teachers = TermReport.teachers(in: name)
        value = EdgeResult.Course(learner) { $0.terms[name]?.value }
        weight = EdgeResult.Course(learner) { $0.terms[name]?.weight }
        share = learner.mean { $0.share(of: name) }
        open = learner.mean { $0.terms[name]?.open }
        let weighed = learner.intervals.compactMap { $0.terms[name]?.shares }
        if let count = weighed.first?.count, weighed.allSatisfy({ $0.count == count }) {
            shares = (0..<count).map { place in learner.mean { $0.terms[name]?.shares?[place] } ?? 0
            }
        }
        gradient = Gradient(of: name, learner)
        hasTask = learner.intervals.contains(where: \.countsTask)
        privacy =
            learner.intervals.last { $0.terms[name]?.privacy != nil }?.terms[name]?.privacy?
            .published
    }
}

extension IntervalReport {
    /// Whether a task loss is part of the total, by more than rounding.
    fileprivate var countsTask: Bool {
        guard taskLoss != nil, let totalLoss else { return false }
        let added = terms.mapValues(\.value).sum
        return abs(totalLoss - added) > 1e-6 * abs(totalLoss)
    }

    /// The part that a term has of the sum of the sizes of the weighted task loss and all terms.
    func share(of term: String) -> Double? {
        guard let value = terms[term]?.value, let totalLoss else { return nil }
        let added = terms.mapValues(\.value).sum
        let sizes = terms.mapValues { abs($0.value) }.sum
        let all = abs(totalLoss - added) + sizes
        return all > 0 ? abs(value) / all : nil
    }
}
