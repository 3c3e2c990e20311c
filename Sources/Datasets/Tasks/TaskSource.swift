import Options

/// The samples of one task where tasks are data sources: a data set, as it is or changed.
public struct TaskSource: Hashable, Sendable {
    /// What is done with its images.
    public enum Change: Hashable, Sendable {
        /// They stay as they are.
        case none
        /// All pixels change their places, each image by the same permutation, which follows from
        /// the run's seed and the task: *permuted MNIST* (Goodfellow et al. 2013).
        case permuted
        /// They are turned counter-clockwise, by degrees.
        case turned(Double)
        /// They are turned counter-clockwise, by degrees that the run's seed draws from here: as
        /// *rotated MNIST* (Lopez-Paz and Ranzato 2017).
        case turnedWithin(Range<Double>)
    }

    /// The data set's name in ``DatasetSources/registry``; nil for the one of the data section.
    public let set: String?
    /// The data set's own options, as they were written; nil where there are none.
    public let options: Setting?
    /// What is done with its images.
    public let change: Change

    /// A data set, or where it has no name, the one of the data section.
    public init(set: String? = nil, options: Setting? = nil, change: Change = .none) {
        self.set = set
        self.options = options?.unplaced
        self.change = change
    }

    /// Reads `set`, `options`, `permute` and `rotate` of a task.
    ///
    /// - Throws: ``SettingError`` for all that is wrong with them.
    init(_ setting: Setting, number: Int) throws(SettingError) {
        self = try OptionReader.read(setting, subject: "data: tasks: source \(number)") {
            (reader) throws(SettingError) in try TaskSource(options: &reader)
        }
    }

    private init(options reader: inout OptionReader) throws(SettingError) {
        let set = reader.optional("set", String.self, help: "a data set")
        let own = reader.setting("options", help: "of the data set")
        let isPermuted = reader.flag("permute", default: false, help: "pixels, by the run's seed")
        let angle = reader.optional(
            "rotate", Double.self, in: -360...360, help: "images, by degrees, counter-clockwise")
        if set == nil, own != nil {
            reader.note(
                reader.failure(
                    "options",
                    "are of a data set, and this source is the one of `data`; name its"
                        + " `set`, or leave them out"))
        }
        if isPermuted, angle != nil {
            reader.note(
                reader.failure(
                    "rotate", "turns images whose pixels `permute` scatters; leave one out"))
        }
        if let set {
            let reading = DatasetSources.registry.reading(
                set, options: own, at: reader.position(of: "set"))
            reader.note(SettingError(reading.problems.all))
        }
        self.init(
            set: set, options: own,
            change: isPermuted ? .permuted : angle.map(Change.turned) ?? .none)
    }

    /// A source of its own; nil for the one of the data section.
    ///
    /// - Precondition: it was read without mistakes.
    var own: (any DatasetSource)? {
        guard let set else { return nil }
        let reading = DatasetSources.registry.reading(set, options: options)
        guard let source = reading.product else { preconditionFailure("it was read before") }
        return source
    }

    /// What each key of it changes.
    var keys: SettingKeys {
        [
            "set": .numbers, "options": own?.ownKeys ?? .numbers, "permute": .numbers,
            "rotate": .numbers,
        ]
    }

    /// Whether its options give numbers to normalize by.
    var normalizes: Bool { options?["mean"] != nil || options?["deviation"] != nil }
}

extension TaskSource {
    /// What stands under `sources`: a list of maps.
    ///
    /// - Throws: ``SettingError`` for all that is wrong with it.
    static func all(_ setting: Setting) throws(SettingError) -> [TaskSource] {
        guard case .list(let items) = setting.value, !items.isEmpty else {
            throw SettingError(
                "data: tasks: sources is a list of data sets, as in [{set: digits}, {set: idx,"
                    + " options: {…}}]", at: setting.position)
        }
        var problems = SettingProblems()
        let found = zip(1..., items).compactMap { number, item in
            problems.attempt { () throws(SettingError) in try TaskSource(item, number: number) }
        }
        try problems.finish()
        return found
    }

    /// The sources of tasks that are one data set, changed by the run's seed.
    static func changed(_ count: Int, by change: TaskOptions.Difference) -> [TaskSource]? {
        switch change {
        case .classes: nil
        case .permutation:
            (0..<count).map { TaskSource(change: $0 == 0 ? .none : .permuted) }
        case .rotation:
            (0..<count).map { task in
                let share = 180 / Double(count)
                return TaskSource(
                    change: .turnedWithin(Double(task) * share..<Double(task + 1) * share))
            }
        }
    }
}
