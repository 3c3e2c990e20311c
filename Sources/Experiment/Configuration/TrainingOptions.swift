import Options
import Training

/// How one learner trains: `training:`, with what its own `training:` changes.
public struct TrainingOptions: Hashable, Sendable {
    /// How long, counted in passes over the samples or in steps.
    public enum Budget: Hashable, Sendable {
        case epochs(Int)
        case steps(Int)
    }

    /// How long a learner trains.
    public var budget: Budget
    /// Whether that is counted in passes over the samples, whose steps depend on the batch.
    var countsEpochs: Bool { if case .epochs = budget { true } else { false } }
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
    /// What else it does while it trains.
    public var habits: TrainingHabits
    /// Epochs between two evaluations, 0 for one at the end alone. The whole cohort's: the learners
    /// exchange knowledge of the test samples too.
    public var evaluate: Int
    /// Steps between two lines of the log. The whole cohort's.
    public var interval: Int
    /// Steps from one comparison of the gradients of task and terms to the next; nil for none.
    public var gradients: Int?
    /// Threads of a learner's process; nil for the cores divided by the learners of a host.
    public var threads: Int?
}

extension TrainingOptions {
    /// What each key changes.
    static let keys = TrainingHabits.keys.reduce(ownKeys) { $0.with($1, .numbers) }

    private static let ownKeys: SettingKeys = [
        "epochs": .numbers, "steps": .numbers, "batch": .numbers, "common": .numbers,
        "optimizer": .numbers, "schedule": .numbers, "clip": .numbers, "smoothing": .numbers,
        "evaluate": .numbers, "interval": .display, "gradients": .display,
        "threads": .placement,
    ]

    /// The keys that one learner cannot have for itself.
    private static let shared = ["common", "evaluate", "interval"] + TrainingHabits.shared

    /// Reads the cohort's `training`; what cannot be used has its default.
    ///
    /// - Parameter problems: receives what is wrong.
    init(
        _ setting: Setting?, registries: Registries, noting problems: inout SettingProblems
    ) {
        self.init(setting, subject: "training", registries: registries, noting: &problems)
    }

    /// Reads what learner `name` changes of the cohort's `training`: key by key, and a budget, or
    /// an optimizer or schedule with a kind, as a whole. Null takes the cohort's value away.
    ///
    /// - Parameter problems: receives what is wrong.
    init(
        own: Setting, of name: String, over cohort: TrainingOptions, registries: Registries,
        noting problems: inout SettingProblems
    ) {
        let subject = "learner '\(name)': training"
        for key in Self.shared {
            guard let entry = own[key] else { continue }
            problems.note(
                SettingError(
                    "\(subject): \(key) is the whole cohort's; set it in the cohort's own training",
                    at: entry.position))
        }
        let hasBudget = ["epochs", "steps"].contains { own[$0]?.value.value.isEmpty == false }
        let base = cohort.setting.without(hasBudget ? ["epochs", "steps"] : [])
        self.init(
            own.overlaying(base), subject: subject, registries: registries, noting: &problems)
    }

    private init(
        _ setting: Setting?, subject: String, registries: Registries,
        noting problems: inout SettingProblems
    ) {
        var reader = OptionReader(setting, subject: subject, keys: Self.keys)
        budget = Self.budget(&reader)
        batch = reader.value("batch", default: 64, in: 1...1_000_000)
        common = reader.value("common", default: batch, in: 1...1_000_000)
        optimizer = reader.named("optimizer", default: "sgd", by: registries.optimizer)
        schedule = reader.named("schedule", default: "constant", by: registries.schedule)
        clip = reader.optional("clip", Double.self, in: 1e-6...1e6)
        smoothing = reader.value("smoothing", default: 0, in: 0...0.99)
        habits = TrainingHabits(options: &reader)
        evaluate = reader.value("evaluate", default: 1, in: 0...1_000_000)
        interval = reader.value("interval", default: 20, in: 1...1_000_000)
        gradients = reader.optional("gradients", Int.self, in: 1...1_000_000)
        threads = reader.optional("threads", Int.self, in: 1...1024)
        problems.attempt { () throws(SettingError) in try reader.finish() }
    }

    private static func budget(_ reader: inout OptionReader) -> Budget {
        let limits = 1...1_000_000_000
        let epochs = reader.optional("epochs", Int.self, in: limits)
        let steps = reader.optional("steps", Int.self, in: limits)
        switch (epochs, steps) {
        case (let epochs?, nil): return .epochs(epochs)
        case (nil, let steps?): return .steps(steps)
        case (nil, nil):
            let key = ["steps", "epochs"].first { reader.position(of: $0) != nil } ?? "steps"
            let other = key == "steps" ? "epochs" : "steps"
            reader.note(
                reader.failure(key, "or \(other) is needed: how long to train", with: other))
            return .steps(1)
        case (.some(let epochs), .some):
            reader.note(
                reader.failure(
                    "steps",
                    "and epochs exclude each other; leave one out"
                        + " (on the command line: training.epochs=null)"))
            return .epochs(epochs)
        }
    }

    /// In full form.
    var setting: Setting {
        var (epochs, steps): (Int?, Int?)
        switch budget {
        case .epochs(let count): epochs = count
        case .steps(let count): steps = count
        }
        let own = Setting.map([
            "epochs": epochs.map(Setting.scalar), "steps": steps.map(Setting.scalar),
            "batch": .scalar(batch), "common": .scalar(common),
            "optimizer": optimizer.setting, "schedule": schedule.setting,
            "clip": clip.map(Setting.scalar), "smoothing": .scalar(smoothing),
            "evaluate": .scalar(evaluate), "interval": .scalar(interval),
            "gradients": gradients.map(Setting.scalar), "threads": threads.map(Setting.scalar),
        ])
        return own.followed(by: habits.setting)
    }

    /// What a learner writes that trains like this in a cohort that trains like `cohort`: null for
    /// what the cohort sets and the learner does not.
    func own(in cohort: TrainingOptions) -> Setting? {
        guard self != cohort else { return nil }
        var own = setting.without(Self.shared)
        guard case .map(var entries) = own.value, case .map(let others) = cohort.setting.value
        else { return own }
        for other in others where own[other.key] == nil && Self.absent.contains(other.key) {
            entries.append(
                Setting.Entry(
                    key: other.key, position: .unwritten, value: Setting(unwritten: .null)))
        }
        own.value = .map(entries)
        return own
    }

    /// The keys that may be set for the cohort and not for a learner.
    private static let absent =
        ["clip", "gradients", "threads"] + TrainingHabits.keys.filter { !shared.contains($0) }
}

extension Setting {
    /// A map without some of its keys.
    func without(_ keys: [String]) -> Setting {
        guard case .map(let entries) = value else { return self }
        return Setting(.map(entries.filter { !keys.contains($0.key) }), at: position)
    }

    /// The entries of this map and of another one.
    fileprivate func followed(by other: Setting) -> Setting {
        guard case .map(let entries) = value, case .map(let more) = other.value else { return self }
        return Setting(.map(entries + more), at: position)
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
