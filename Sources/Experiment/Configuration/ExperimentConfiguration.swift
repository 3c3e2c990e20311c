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
    /// Of the run's folder: letters, digits, `.`, `_` and `-`; by default the file's name.
    public var name: String
    /// All random numbers of the run follow from it and from where they are used.
    public var seed: UInt64
    /// The samples: `data:`.
    public var data: DataSection
    /// What learners train with that change nothing of it.
    public var training: TrainingOptions
    /// In the order of the file, which is the order wherever one is needed.
    public var learners: [LearnerOptions]
    /// The schemes of teaching: `teaching:`.
    public var teaching: [TeachingOptions]
    /// Whether each learner is also trained without teaching, to compare (`compare: {alone:
    /// true}`).
    public var comparesAlone: Bool
    /// How learners reach one another: `exchange:`.
    public var exchange: ExchangeOptions
    /// When checkpoints are written: `checkpoints:`.
    public var checkpoints: CheckpointOptions
    /// How often the launcher starts a learner again that was killed.
    public var restarts: Int
    /// The folder of all runs.
    public var runs: String

    /// Who teaches whom.
    public private(set) var graph: TeachingGraph

    /// The order in which its learners are trained.
    public private(set) var stages: Stages

    /// The learner of a name.
    public subscript(name: String) -> LearnerOptions? {
        graph.index(of: name).map { learners[$0] }
    }
}

extension ExperimentConfiguration {
    /// Reads a whole configuration.
    ///
    /// - Parameters:
    ///   - fallback: the name of the experiment where the configuration gives none.
    ///   - registries: the readers of the settings that other modules define.
    /// - Throws: ``SettingError``, at its file and line, for anything that is not known, not in
    ///   range or makes no sense.
    public init(_ setting: Setting, name fallback: String, registries: Registries)
        throws(SettingError)
    {
        var reader = try OptionReader(setting, subject: "configuration")
        name = try reader.value("name", default: fallback)
        guard name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]*/) != nil, name.utf8.count <= 64 else {
            throw reader.failure(
                "name",
                "is '\(name)'; use letters, digits, '.', '_' and '-', a letter or digit first, 64"
                    + " at most")
        }
        seed = try reader.value("seed", default: 1)
        let data = reader.setting("data")
        let training = reader.setting("training")
        let learners = reader.setting("learners")
        let teaching = reader.setting("teaching")
        var compare = try OptionReader(reader.setting("compare"), subject: "compare")
        comparesAlone = try compare.flag("alone", default: false)
        let exchange = reader.setting("exchange")
        let checkpoints = reader.setting("checkpoints")
        restarts = try reader.value("restarts", default: 3, in: 0...1_000_000)
        runs = try reader.value("runs", default: "runs")
        guard !runs.isEmpty else { throw reader.failure("runs", "is empty; name a folder") }
        try reader.finish()
        try compare.finish()

        self.data = try registries.data(data)
        self.training = try TrainingOptions(training, registries: registries)
        self.exchange = try ExchangeOptions(exchange)
        self.checkpoints = try CheckpointOptions(checkpoints)
        self.learners = try Self.learners(learners, cohort: self.training, registries: registries)
        self.teaching = try Self.teaching(
            teaching, among: self.learners.map(\.node), registries: registries.edges)
        graph = TeachingGraph(
            learners: self.learners.map(\.node), groups: self.teaching.flatMap(\.groups))
        do throws(SettingError) {
            stages = try Stages(of: graph)
        } catch {
            throw SettingError(error.message, at: teaching?.position)
        }
        try check(as: setting)
    }

    private static func learners(
        _ setting: Setting?, cohort: TrainingOptions, registries: Registries
    ) throws(SettingError) -> [LearnerOptions] {
        // Also refuses what is no map, and a name twice.
        _ = try OptionReader(setting, subject: "learners")
        guard case .map(let entries) = setting?.value, !entries.isEmpty else {
            throw SettingError(
                "learners: nobody is named; add them, as in `learners: {a: {model: mlp}}`",
                at: setting?.position)
        }
        var learners: [LearnerOptions] = []
        for entry in entries {
            learners.append(try LearnerOptions(entry, cohort: cohort, registries: registries))
        }
        return learners
    }

    private static func teaching(
        _ setting: Setting?, among learners: [Learner], registries: EdgeRegistries
    ) throws(SettingError) -> [TeachingOptions] {
        switch setting?.value {
        case nil, .scalar("", isQuoted: false): return []
        case .list(let items):
            var teaching: [TeachingOptions] = []
            for item in items {
                teaching.append(try TeachingOptions(item, among: learners, registries: registries))
            }
            return teaching
        default:
            throw SettingError(
                "teaching: a list of presets is expected, each as in `- mutual: [a, b]`",
                at: setting?.position)
        }
    }
}
