import Bytes
import Reporting

/// What a learner came to, taught or alone.
public struct LearnerOutcome: Sendable {
    /// What the run's summary says of it.
    public var summary: LearnerSummary
    /// Its evaluations; none where its records are not here.
    public var epochs: [EpochReport]
    /// How it ended; nil where its records are not here.
    public var end: EndReport?

    /// An outcome.
    public init(summary: LearnerSummary, epochs: [EpochReport] = [], end: EndReport? = nil) {
        self.summary = summary
        self.epochs = epochs
        self.end = end
    }
}

/// What a run came to.
public struct RunOutcome: Sendable {
    /// The run's seed.
    public var seed: UInt64
    /// By the names of learners.
    public var taught: [String: LearnerOutcome]
    /// The same students without teaching.
    public var alone: [String: LearnerOutcome]
    /// In 0...1; nil where there was no ensemble.
    public var ensembleAccuracy: Double?

    /// The outcome of a run.
    public init(
        seed: UInt64, taught: [String: LearnerOutcome], alone: [String: LearnerOutcome],
        ensembleAccuracy: Double? = nil
    ) {
        self.seed = seed
        self.taught = taught
        self.alone = alone
        self.ensembleAccuracy = ensembleAccuracy
    }

    /// The outcome in a summary and, as far as they are there, in the records.
    ///
    /// - Throws: ``DiskError`` where records cannot be read.
    public init(_ entry: RunGroups.Entry) throws(DiskError) {
        let (summary, history) = (entry.summary, try RunHistory(entry.run))
        seed = summary.seed
        ensembleAccuracy = summary.ensembleAccuracy
        taught = [:]
        alone = [:]
        for (name, learner) in summary.learners {
            let records = history.learner(name)
            taught[name] = LearnerOutcome(
                summary: learner, epochs: records?.epochs ?? [], end: records?.end)
            let single = history.alone(name)
            guard learner.aloneTestAccuracy != nil || single?.end != nil else { continue }
            alone[name] = LearnerOutcome(
                summary: LearnerSummary(
                    model: learner.model, parameters: learner.parameters, steps: learner.steps,
                    testAccuracy: learner.aloneTestAccuracy, text: learner.aloneText,
                    exitAccuracies: single?.end?.exitAccuracies,
                    averageAccuracies: single?.end?.averageAccuracies, tasks: single?.end?.tasks),
                epochs: single?.epochs ?? [], end: single?.end)
        }
    }
}
