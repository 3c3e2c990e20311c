import Options

extension ExperimentConfiguration {
    /// The whole configuration in YAML, every default written out, in a fixed order; it reads back
    /// as an equal configuration.
    public func resolvedYAML() -> String { setting.yaml }

    /// In full form.
    var setting: Setting {
        .map([
            "name": .scalar(name), "title": .scalar(title), "seed": .scalar(seed),
            "data": data.setting,
            "training": training.setting.without(data.hasPool ? [] : ["common"]),
            "learners": perLearner { $0.setting(in: training) },
            "teaching": Setting(unwritten: .list(teaching.map(\.setting))),
            "compare": .map(["alone": .scalar(comparesAlone)]),
            "sinks": Setting(unwritten: .list(sinks.map(\.setting))),
            "exchange": exchange.setting, "checkpoints": checkpoints.setting,
            "restarts": .scalar(restarts), "runs": .scalar(runs),
        ])
    }

    func perLearner(_ setting: (LearnerOptions) -> Setting) -> Setting {
        Setting(
            unwritten: .map(
                learners.filter { $0.original == nil }.map {
                    Setting.Entry(key: $0.name, position: .unwritten, value: setting($0))
                }))
    }
}
