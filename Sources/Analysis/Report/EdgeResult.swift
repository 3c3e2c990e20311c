import Reporting

/// What happened on the edge from a teacher to a learner.
public struct EdgeResult: Codable, Hashable, Sendable {
    /// How a number began, and what became of it: means over the first and the last third of the
    /// intervals.
    public struct Course: Codable, Hashable, Sendable {
        public var first: Double
        public var last: Double

        /// Nil where either third has no value.
        init?(_ learner: LearnerHistory, _ value: (IntervalReport) -> Double?) {
            let thirds = learner.thirds
            guard let first = learner.mean(of: thirds.first, value),
                let last = learner.mean(of: thirds.last, value)
            else { return nil }
            (self.first, self.last) = (first, last)
        }
    }

    /// The teacher; of a relay's sum `mean of N`.
    public var from: String
    /// The learner.
    public var to: String
    /// KL(teacher ‖ learner) at temperature 1, in nats; nil where no responses are compared.
    public var divergence: Course?
    /// The share of the batch on which both choose the same class.
    public var agreement: Course?
    /// The steps that went on without the teacher.
    public var absences: Int
    /// The steps of the learner's intervals.
    public var steps: Int
    /// The part of the learner's time that it waited for the teacher, in 0...1.
    public var waitShare: Double
    /// The samples that were taught by banked knowledge, and its mean age in steps.
    public var bankedSamples: Int
    public var bankedAge: Double?
    /// The bytes of the messages from the teacher.
    public var bytes: Int

    enum CodingKeys: String, CodingKey {
        case from, to, divergence, agreement, absences, steps, bytes
        case waitShare = "wait_share"
        case bankedSamples = "banked_samples"
        case bankedAge = "banked_age"
    }

    /// `b → a`
    public var title: String { "\(from) → \(to)" }

    /// The edges into a learner: from those that it was compared with, that were missing, or that
    /// its terms name.
    static func all(into learner: LearnerHistory) -> [EdgeResult] {
        var teachers: Set<String> = []
        for interval in learner.intervals {
            teachers.formUnion(interval.divergence.keys)
            teachers.formUnion(interval.agreement.keys)
            teachers.formUnion((interval.absences ?? [:]).keys)
            teachers.formUnion((interval.banked ?? [:]).keys)
        }
        let sums = teachers.contains { $0.hasPrefix("mean of ") }
        if !sums { teachers.formUnion(TermResult.all(of: learner).flatMap(\.teachers)) }
        return teachers.sorted().map { EdgeResult(from: $0, learner) }
    }

    private init(from teacher: String, _ learner: LearnerHistory) {
        from = teacher
        to = learner.name
        divergence = Course(learner) { $0.divergence[teacher] }
        agreement = Course(learner) { $0.agreement[teacher] }
        absences = learner.intervals.reduce(0) { $0 + ($1.absences?[teacher] ?? 0) }
        steps = learner.reportedSteps
        let waits = learner.mean { $0.waitSeconds[teacher] ?? 0 } ?? 0
        let step = learner.mean(\.stepSeconds) ?? 0
        waitShare = step > 0 ? waits / step : 0
        let banked = learner.intervals.compactMap { $0.banked?[teacher] }
        let samples = banked.reduce(0) { $0 + $1.samples }
        bankedSamples = samples
        let ages = banked.reduce(0) { $0 + $1.age * Double($1.samples) }
        bankedAge = samples > 0 ? ages / Double(samples) : nil
        bytes = learner.intervals.reduce(0) { $0 + ($1.bytesFrom[teacher] ?? 0) }
    }
}
