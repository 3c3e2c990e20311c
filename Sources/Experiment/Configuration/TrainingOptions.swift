import Options

/// How one learner trains: `training:`, with what its own `training:` changes.
public struct TrainingOptions: Hashable, Sendable {
    /// How long, counted in passes over the samples or in steps.
    public enum Budget: Hashable, Sendable {
        case epochs(Int)
        case steps(Int)
    }

    /// How long a learner trains.
    public var budget: Budget
    /// Labelled samples of a step.
    public var batch: Int
    /// Samples of a step from the common pool; the batch where there is none. The whole cohort's.
    public var common: Int
    /// A name in the registry of optimisers, with its options.
    public var optimizer: NamedOptions
    /// A name in the registry of learning-rate schedules, with its options.
    public var schedule: NamedOptions
    /// The largest norm of a gradient; nil for any.
    public var clip: Double?
    /// Label smoothing: the share of a label that all classes divide among them.
    public var smoothing: Double
    /// Epochs between two evaluations, 0 for one at the end alone. The whole cohort's: the learners
    /// exchange knowledge of the test samples too.
    public var evaluate: Int
    /// Steps between two lines of the log. The whole cohort's.
    public var interval: Int
    /// Threads of a learner's process; nil for the cores divided by the learners of a host.
    public var threads: Int?
}

extension TrainingOptions {
    /// The keys that one learner cannot have for itself.
    private static let shared = ["common", "evaluate", "interval"]

    /// Reads the cohort's `training`.
    init(_ setting: Setting?, registries: Registries) throws(SettingError) {
        try self.init(setting, subject: "training", registries: registries)
    }

    /// Reads what learner `name` changes of the cohort's `training`: key by key, and a budget, or
    /// an optimizer or schedule with a kind, as a whole.
    init(
        own: Setting, of name: String, over cohort: TrainingOptions, registries: Registries
    ) throws(SettingError) {
        let subject = "learner '\(name)': training"
        for key in Self.shared {
            guard let entry = own[key] else { continue }
            throw SettingError(
                "\(subject): \(key) is the whole cohort's; set it in the cohort's own training",
                at: entry.position)
        }
        let hasBudget = own["epochs"] != nil || own["steps"] != nil
        let base = cohort.setting.without(hasBudget ? ["epochs", "steps"] : [])
        try self.init(own.overlaying(base), subject: subject, registries: registries)
    }

    private init(
        _ setting: Setting?, subject: String, registries: Registries
    ) throws(SettingError) {
        var reader = try OptionReader(setting, subject: subject)
        budget = try Self.budget(&reader)
        batch = try reader.value("batch", default: 64, in: 1...1_000_000)
        common = try reader.value("common", default: batch, in: 1...1_000_000)
        optimizer = try NamedOptions(
            reader.setting("optimizer"), subject: "\(subject): optimizer", default: "sgd",
            by: registries.optimizer)
        schedule = try NamedOptions(
            reader.setting("schedule"), subject: "\(subject): schedule", default: "constant",
            by: registries.schedule)
        clip = try reader.optional("clip", Double.self, in: 1e-6...1e6)
        smoothing = try reader.value("smoothing", default: 0, in: 0...0.99)
        evaluate = try reader.value("evaluate", default: 1, in: 0...1_000_000)
        interval = try reader.value("interval", default: 20, in: 1...1_000_000)
        threads = try reader.optional("threads", Int.self, in: 1...1024)
        try reader.finish()
    }

    private static func budget(_ reader: inout OptionReader) throws(SettingError) -> Budget {
        let limits = 1...1_000_000_000
        let epochs = try reader.optional("epochs", Int.self, in: limits)
        let steps = try reader.optional("steps", Int.self, in: limits)
        switch (epochs, steps) {
        case (let epochs?, nil): return .epochs(epochs)
        case (nil, let steps?): return .steps(steps)
        case (nil, nil):
            throw reader.failure("steps", "or epochs is needed: how long to train")
        case (.some, .some):
            throw reader.failure(
                "steps",
                "and epochs exclude each other; leave one out"
                    + " (on the command line: training.epochs=null)")
        }
    }

    /// In full form.
    var setting: Setting {
        var (epochs, steps): (Int?, Int?)
        switch budget {
        case .epochs(let count): epochs = count
        case .steps(let count): steps = count
        }
        return .map([
            "epochs": epochs.map(Setting.scalar), "steps": steps.map(Setting.scalar),
            "batch": .scalar(batch), "common": .scalar(common),
            "optimizer": optimizer.setting, "schedule": schedule.setting,
            "clip": clip.map(Setting.scalar), "smoothing": .scalar(smoothing),
            "evaluate": .scalar(evaluate), "interval": .scalar(interval),
            "threads": threads.map(Setting.scalar),
        ])
    }

    /// What learners must agree on: not how often they log, nor on how many threads they run.
    var agreed: Setting { setting.without(["interval", "threads"]) }

    /// What a learner writes that trains like this in a cohort that trains like `cohort`.
    func own(in cohort: TrainingOptions) -> Setting? {
        self == cohort ? nil : setting.without(Self.shared)
    }
}

extension Setting {
    /// A map without some of its keys.
    func without(_ keys: [String]) -> Setting {
        guard case .map(let entries) = value else { return self }
        return Setting(.map(entries.filter { !keys.contains($0.key) }), at: position)
    }

    /// This map over `base`: its entries take the place of those of the same key, but a map that
    /// names no `kind` only changes those of its keys.
    fileprivate func overlaying(_ base: Setting) -> Setting {
        guard case .map(let entries) = value, case .map(let below) = base.value,
            self["kind"] == nil
        else { return self }
        let kept = below.filter { self[$0.key] == nil }
        let changed = entries.map { entry in
            var entry = entry
            entry.value = base[entry.key].map { entry.value.overlaying($0.value) } ?? entry.value
            return entry
        }
        return Setting(.map(kept + changed), at: position)
    }
}
