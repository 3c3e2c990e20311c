import Options

/// A `data` section: which samples, with which labels, how augmented.
///
///     data: {set: fashion-mnist, labels: 4000, validation: 0.1, augmentation: {flip: true}}
public struct DataOptions: Sendable {
    /// The data source's name in ``DatasetSources/registry``.
    public var set: String
    /// Where the samples come from; see ``load(seed:)`` where tasks are several sources.
    public var source: any DatasetSource
    /// How many labelled samples the learners have, and whether they share them.
    public var labels: LabelOptions
    /// How many training samples are kept from training.
    public var validation: ValidationOptions
    /// How batches are drawn.
    public var sampler: SamplerOptions
    /// Random changes to training images.
    public var augmentation: Augmentation
    /// Whether samples may be sent to teachers that have no access to them.
    public var maySend: Bool
    /// The tasks that learners meet one after another; nil where the samples are one task.
    public var tasks: TaskOptions?

    /// What each key of the section changes.
    public var keys: SettingKeys {
        [
            "set": .numbers, "options": source.ownKeys, "labels": .numbers,
            "validation": .numbers, "sampler": .numbers, "augmentation": .numbers,
            "send": .numbers, "tasks": taskKeys,
        ]
    }

    /// What the keys of `tasks` change, in the form in which they were written.
    private var taskKeys: SettingKeys = .numbers

    /// Reads `set`, `options` (the source's own), `labels`, `validation`, `sampler`,
    /// `augmentation`, `send` and `tasks`.
    ///
    /// - Throws: ``SettingError`` where no source can be made; other mistakes are reported by the
    ///   reader.
    public init(options: inout OptionReader) throws(SettingError) {
        let uses = SectionUses(by: options.written("tasks"))
        let own: Setting?
        (set, own) = try options.reading(refusedBecause: uses.objection) {
            (options) throws(SettingError) in
            (
                options.value("set", default: "digits", help: "a data set"),
                options.setting("options", help: "of the data set")
            )
        }
        labels =
            options.made(
                "labels", fallback: "all", help: "a number, or each, private, pool",
                by: LabelOptions.init) ?? LabelOptions()
        validation =
            options.made(
                "validation", fallback: "0", help: "a share or a number of samples",
                by: ValidationOptions.init) ?? .none
        sampler =
            options.made(
                "sampler", fallback: "shuffled", help: "a map: per-class",
                by: SamplerOptions.init) ?? .shuffled
        augmentation =
            options.made(
                "augmentation", fallback: "none", help: "crop, flip, cutout, strong",
                by: Augmentation.init)
            ?? .none
        maySend = options.flag(
            "send", default: !labels.isPrivate,
            help: "whether batches may be sent to teachers that have no samples")
        tasks =
            options.made(
                "tasks", fallback: "none",
                help: "classes or data sets that learners meet one after another",
                by: TaskOptions.read) ?? nil
        Self.noteProblem(of: sampler, labels, tasks, in: &options)
        taskKeys = tasks?.keys(as: options.written("tasks")) ?? .numbers
        if tasks != nil, labels.isPrivate || labels.pool == .rest {
            options.note(
                options.failure(
                    "tasks",
                    "divide the labelled samples that all learners share, and these labels are"
                        + " private or lie beside a pool; leave one out", with: "labels"))
        }
        if let objection = tasks?.objection(to: augmentation, own) {
            options.note(options.failure("tasks", objection, with: "augmentation"))
        }
        if uses.objection != nil, let first = tasks?.sources?.first, let source = first.own {
            (set, self.source) = (first.set ?? set, source)
            return
        }
        let reading = DatasetSources.registry.reading(
            set, options: own, at: options.position(of: "set"))
        if !reading.problems.isEmpty { options.note(SettingError(reading.problems.all)) }
        guard let source = reading.product else { throw SettingError([]) }
        self.source = source
    }
    /// Notes why samples cannot be drawn by class.
    private static func noteProblem(
        of sampler: SamplerOptions, _ labels: LabelOptions, _ tasks: TaskOptions?,
        in options: inout OptionReader
    ) {
        guard sampler.perClass != nil else { return }
        if labels.pool == .rest {
            options.note(
                options.failure(
                    "sampler",
                    "draws samples by class, and learners teach one another on a pool without"
                        + " labels here; leave one out", with: "labels"))
        } else if tasks != nil {
            options.note(
                options.failure(
                    "sampler",
                    "draws samples by class, and each task has classes of its own; leave one out",
                    with: "tasks"))
        }
    }
}

extension DataOptions {
    /// Reads all samples into memory, of all sources where tasks are several.
    ///
    /// - Parameter seed: the run's, for changes of tasks that are drawn.
    /// - Throws: ``DatasetError`` for missing (66), corrupt (65) or unfit (78) data.
    public func load(seed: UInt64) throws(DatasetError) -> Corpus {
        guard let tasks, let sources = tasks.sources else { return try source.load() }
        return try TaskSources(sources, main: (set, source), seed: seed)
            .load(sharingClasses: tasks.scenario == .domains)
    }

    /// The sources that samples come from, those of tasks included.
    private var allSources: [any DatasetSource] {
        tasks?.sources.map { $0.map { $0.own ?? source } } ?? [source]
    }

    /// The files and folders that ``load(seed:)`` reads, each once.
    public var paths: [String] {
        allSources.flatMap(\.paths).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The names of all views that a learner can ask for: those that every source has.
    public var allViews: [String] {
        allSources.dropFirst().reduce(allSources[0].allViews) { known, source in
            known.filter(source.allViews.contains)
        }
    }
}
