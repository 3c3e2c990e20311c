import CohortGraph
import Options

/// Everything that a run is made of, checked, with every default filled in.
///
///     name: digits-mutual
///     seed: 1
///     data: {set: digits}
///     training: {epochs: 20, batch: 64, optimizer: {kind: sgd, rate: 0.1}, schedule: cosine}
///     learners:
///       a: {model: mlp}
///       b: {model: lenet}
///     teaching:
///       - mutual: [a, b]
public struct ExperimentConfiguration: Hashable, Sendable {
    /// Of the run's folder: letters, digits, `.`, `_` and `-`; by default made of the file's name.
    public var name: String
    /// What people read: any text on one line; by default the name, or the file's name as it is.
    public var title: String
    /// All random numbers of the run follow from it and from where they are used.
    public var seed: UInt64
    /// The samples: `data:`.
    public var data: DataSection
    /// What learners train with that change nothing of it.
    public var training: TrainingOptions
    /// In the order of the file, which is the order wherever one is needed; nodes that share a
    /// teacher's load stand behind it.
    public var learners: [LearnerOptions]
    /// The schemes of teaching: `teaching:`.
    public var teaching: [TeachingOptions]
    /// Whether each learner is also trained without teaching, to compare (`compare: {alone:
    /// true}`).
    public var comparesAlone: Bool
    /// The sinks that learners have beside those that all have: `sinks:`.
    public var sinks: [ChosenSink]
    /// How learners reach one another: `exchange:`.
    public var exchange: ExchangeOptions
    /// When checkpoints are written: `checkpoints:`.
    public var checkpoints: CheckpointOptions
    /// How often the launcher starts a learner again that was killed.
    public var restarts: Int
    /// The folder of all runs.
    public var runs: String

    /// Who teaches whom.
    public internal(set) var graph: TeachingGraph

    /// The order in which its learners are trained.
    public internal(set) var stages: Stages

    /// The learner of a name.
    public subscript(name: String) -> LearnerOptions? {
        graph.index(of: name).map { learners[$0] }
    }
}
