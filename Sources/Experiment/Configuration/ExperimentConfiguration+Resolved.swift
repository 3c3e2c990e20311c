import Bytes
import Options

extension ExperimentConfiguration {
    /// The whole configuration in YAML, every default written out, in a fixed order; it reads back
    /// as an equal configuration.
    public func resolvedYAML() -> String { setting.yaml }

    /// The SHA-256 of what the learners of a cohort must agree on, 64 hexadecimal digits.
    ///
    /// It covers the seed, the data, each learner's view, all training and the graph. It leaves out
    /// what may differ from host to host or changes no weights: the name, folders, transport and
    /// limits, checkpoints and restarts, threads, log intervals, and comparison. The data's own
    /// `options` are left out too, as they say where files lie; that the samples are the same is
    /// checked by their own digests.
    public var digest: String { digestBytes.hexadecimal }

    /// The bytes of ``digest``.
    public var digestBytes: [UInt8] {
        SHA256.digest(Array(("cohort configuration 1\n" + agreed.yaml).utf8))
    }

    /// In full form.
    var setting: Setting {
        .map([
            "name": .scalar(name), "title": .scalar(title), "seed": .scalar(seed),
            "data": data.setting,
            "training": training.setting.without(data.hasPool ? [] : ["common"]),
            "learners": perLearner { $0.setting(in: training) },
            "teaching": Setting(unwritten: .list(teaching.map(\.setting))),
            "compare": .map(["alone": .scalar(comparesAlone)]),
            "exchange": exchange.setting, "checkpoints": checkpoints.setting,
            "restarts": .scalar(restarts), "runs": .scalar(runs),
        ])
    }

    private var agreed: Setting {
        .map([
            "seed": .scalar(seed), "data": data.setting.without(["options"]),
            "learners": perLearner { learner in
                .map([
                    "model": learner.model.map { .scalar($0.name) },
                    "options": learner.model?.options,
                    "role": .scalar(learner.role.rawValue), "task": .scalar(learner.task),
                    "attack": learner.attack.map { .scalar($0.rawValue) },
                    "objective": learner.objective.name == "sum"
                        ? nil : learner.objective.shortSetting,
                    "view": learner.view.map(Setting.scalar),
                    "data": learner.data?.setting.without(["options"]),
                    "training": learner.training.agreed,
                ])
            },
            "teaching": Setting(unwritten: .list(teaching.map(\.setting))),
            "window": .scalar(exchange.window), "quarantine": exchange.quarantineSetting,
            "quorum": exchange.quorum == .none ? nil : exchange.quorumSetting,
            "topology": exchange.topology == .auto
                ? nil : .scalar(exchange.topology.rawValue),
            "fan": exchange.fanOut == ExchangeOptions.usualFanOut
                ? nil : .scalar(exchange.fanOut),
        ])
    }

    private func perLearner(_ setting: (LearnerOptions) -> Setting) -> Setting {
        Setting(
            unwritten: .map(
                learners.map {
                    Setting.Entry(key: $0.name, position: .unwritten, value: setting($0))
                }))
    }
}
