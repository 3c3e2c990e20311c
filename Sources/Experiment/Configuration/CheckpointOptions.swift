import Options

/// When learners write down how far they have come: `checkpoints:`.
public struct CheckpointOptions: Hashable, Sendable {
    /// Steps between two; there is always one at the end.
    public var every: Int
    /// How many of each learner's are kept.
    public var keep: Int
}

extension CheckpointOptions {
    /// What each key changes.
    static let keys: SettingKeys = ["every": .placement, "keep": .placement]

    init(_ setting: Setting?) throws(SettingError) {
        self = try OptionReader.read(
            setting, subject: "checkpoints", keys: Self.keys
        ) { reader in
            CheckpointOptions(
                every: reader.value("every", default: 1000, in: 1...1_000_000_000),
                keep: reader.value("keep", default: 2, in: 1...1000))
        }
    }

    /// In full form.
    var setting: Setting { .map(["every": .scalar(every), "keep": .scalar(keep)]) }
}
