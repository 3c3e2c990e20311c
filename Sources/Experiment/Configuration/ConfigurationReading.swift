import CohortGraph
import Options

extension ExperimentConfiguration {
    /// Reads a whole configuration.
    ///
    /// - Parameters:
    ///   - fallback: the title of the experiment where the configuration gives none.
    ///   - registries: the readers of the settings that other modules define.
    /// - Throws: ``SettingError``, with the file and line of each, for all that is not known, not
    ///   in range or makes no sense.
    public init(_ setting: Setting, name fallback: String, registries: Registries)
        throws(SettingError)
    {
        var reading = ConfigurationReading(setting, registries: registries)
        self = try reading.configuration(named: fallback)
    }
}

/// Reads the sections of a configuration, and collects the mistakes of all.
struct ConfigurationReading {
    private let written: Setting
    private let registries: Registries
    private var reader: OptionReader
    private var problems = SettingProblems()
    /// What has a mistake, so that what depends on it cannot be judged.
    private var flaws = ConfigurationFlaws()

    init(_ written: Setting, registries: Registries) {
        (self.written, self.registries) = (written, registries)
        reader = OptionReader(
            written, subject: "configuration", keys: ExperimentConfiguration.keys)
    }

    /// - Throws: ``SettingError`` where anything is wrong.
    mutating func configuration(named fallback: String) throws(SettingError)
        -> ExperimentConfiguration
    {
        // What is no map has no sections.
        try reader.problems.finish()
        let (name, title) = names(fallback)
        let seed: UInt64 = reader.value("seed", default: 1)
        let data = try data()
        let training = training()
        let learners = learners(cohort: training)
        let teaching = teaching(among: learners.map(\.node))
        let comparesAlone = reader.alone()
        let sinks = reader.sinks()
        let exchange = try exchange()
        let checkpoints = try checkpoints()
        let restarts = reader.value("restarts", default: 3, in: 0...1_000_000)
        let runs = reader.path("runs", default: "runs")
        if runs.isEmpty { reader.note(reader.failure("runs", "is empty; name a folder")) }
        finishTopLevel()
        let nodes = learners.withReplicas
        let (graph, stages) = try graph(of: nodes, teaching)
        let configuration = ExperimentConfiguration(
            name: name, title: title, seed: seed, data: data, training: training,
            learners: nodes, teaching: teaching, comparesAlone: comparesAlone,
            sinks: sinks, exchange: exchange, checkpoints: checkpoints, restarts: restarts,
            runs: runs,
            graph: graph, stages: stages)
        configuration.check(as: written, flaws, noting: &problems)
        try problems.finish()
        return configuration
    }

    /// Puts the mistakes of the top level before those of the sections.
    private mutating func finishTopLevel() {
        let sections = problems
        problems = SettingProblems()
        do throws(SettingError) {
            try reader.finish()
        } catch {
            problems.note(error)
        }
        problems.note(SettingError(sections.all))
    }

    /// The name of the run's folder, and the title.
    private mutating func names(_ fallback: String) -> (name: String, title: String) {
        let own = reader.optional("name", String.self)
        if let own, RunName.folder(of: own) != own {
            reader.note(
                reader.failure(
                    "name",
                    "is '\(own)'; use letters, digits, '.', '_' and '-', a letter or digit first, 64"
                        + " at most, and `title` for any other text"))
        }
        let title = reader.value("title", default: own ?? fallback)
        return (own ?? RunName.folder(of: fallback), title.onOneLine)
    }

    private mutating func data() throws(SettingError) -> DataSection {
        let setting = reader.setting("data")
        do throws(SettingError) {
            return try registries.data(setting)
        } catch {
            note(error, in: .data, at: setting?.position)
            return try registries.data(nil)
        }
    }

    private mutating func training() -> TrainingOptions {
        let setting = reader.setting("training")
        var own = SettingProblems()
        let training = TrainingOptions(setting, registries: registries, noting: &own)
        if !own.isEmpty { note(SettingError(own.all), in: .training, at: setting?.position) }
        return training
    }

    private mutating func learners(cohort: TrainingOptions) -> [LearnerOptions] {
        let setting = reader.setting("learners")
        // What is no map, and a name twice, is refused.
        let map = OptionReader(setting, subject: "learners").problems
        if !map.isEmpty { note(SettingError(map.all), in: .learners, at: setting?.position) }
        var learners: [LearnerOptions] = []
        if case .map(let entries) = setting?.value {
            for entry in entries where entry.value.value != .null && !learners.contains(entry.key) {
                learners.append(learner(entry, cohort: cohort))
            }
        }
        if learners.isEmpty, map.isEmpty {
            let error = SettingError(
                "learners: nobody is named; add them, as in `learners: {a: {model: mlp}}`")
            note(error, in: .learners, at: setting?.position)
        }
        return learners
    }

    private mutating func learner(
        _ entry: Setting.Entry, cohort: TrainingOptions
    ) -> LearnerOptions {
        var own = SettingProblems()
        let learner = LearnerOptions(entry, cohort: cohort, registries: registries, noting: &own)
        if !own.isEmpty { flaws.learners.insert(learner.name) }
        problems.note(SettingError(own.all).placed(at: entry.position))
        return learner
    }

    private mutating func teaching(among learners: [Learner]) -> [TeachingOptions] {
        let setting = reader.setting("teaching")
        guard let setting, !setting.value.isEmpty else { return [] }
        guard case .list(let items) = setting.value else {
            let error = SettingError(
                "teaching: a list of presets is expected, each as in `- mutual: [a, b]`")
            note(error, in: .teaching, at: setting.position)
            return []
        }
        // Names that cannot be read would be unknown here.
        let isKnown = !flaws.sections.contains(.learners)
        return items.compactMap { item in
            do throws(SettingError) {
                return try TeachingOptions(
                    item, among: isKnown ? learners : nil, registries: registries.edges)
            } catch {
                note(error, in: .teaching, at: item.position)
                return nil
            }
        }
    }

    private mutating func exchange() throws(SettingError) -> ExchangeOptions {
        let setting = reader.setting("exchange")
        do throws(SettingError) {
            return try ExchangeOptions(setting)
        } catch {
            note(error, in: .exchange, at: setting?.position)
            return try ExchangeOptions(nil)
        }
    }

    private mutating func checkpoints() throws(SettingError) -> CheckpointOptions {
        let setting = reader.setting("checkpoints")
        let options = problems.attempt(at: setting?.position) { () throws(SettingError) in
            try CheckpointOptions(setting)
        }
        guard let options else { return try CheckpointOptions(nil) }
        return options
    }

    private mutating func graph(
        of learners: [LearnerOptions], _ teaching: [TeachingOptions]
    ) throws(SettingError) -> (TeachingGraph, Stages) {
        let nodes = learners.map(\.node)
        let graph = TeachingGraph(learners: nodes, groups: teaching.flatMap(\.groups))
        do throws(SettingError) {
            return (graph, try Stages(of: graph))
        } catch {
            note(error, in: .teaching, at: written["teaching"]?.value.position)
            return (graph, try Stages(of: TeachingGraph(learners: nodes, groups: [])))
        }
    }

    /// Adds the mistakes of a section, whose place is that of those that have none.
    private mutating func note(
        _ error: SettingError, in section: ConfigurationFlaws.Section, at place: SourcePosition?
    ) {
        flaws.sections.insert(section)
        problems.note(error.placed(at: place))
    }
}

extension OptionReader {
    /// `compare: {alone: true}`.
    fileprivate mutating func alone() -> Bool {
        var compare = OptionReader(
            setting("compare"), subject: "compare", keys: keys["compare"] ?? .numbers)
        let isAsked = compare.flag("alone", default: false)
        do throws(SettingError) {
            try compare.finish()
        } catch {
            note(error, about: "compare")
        }
        return isAsked
    }
}

extension [LearnerOptions] {
    fileprivate func contains(_ name: String) -> Bool { contains { $0.name == name } }
}

extension String {
    /// With a space in place of each line break and other control character.
    fileprivate var onOneLine: String {
        var line = UnicodeScalarView()
        for scalar in unicodeScalars {
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(line)
    }
}
