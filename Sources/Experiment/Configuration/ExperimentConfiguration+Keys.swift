import Options

extension ExperimentConfiguration {
    /// What each key changes: those of the sections are declared beside their readers, and those of
    /// data depend on the data set.
    package static let keys: SettingKeys = [
        "name": .placement, "title": .display, "seed": .numbers, "data": .numbers,
        "training": TrainingOptions.keys, "learners": .each(LearnerOptions.keys),
        "teaching": .numbers, "compare": ["alone": .display], "sinks": .display,
        "exchange": ExchangeOptions.keys,
        "checkpoints": CheckpointOptions.keys, "restarts": .placement, "runs": .placement,
    ]
}
