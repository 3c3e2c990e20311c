import Bytes
import Exchange
import Options

extension ExperimentConfiguration {
    /// The SHA-256 of the settings that change numbers, 64 hexadecimal digits.
    ///
    /// Which do is declared beside the keys; see `SettingKeys`. Where files lie is no part of it:
    /// that their contents are the same is checked by ``Provenance``.
    public var digest: String { digestBytes.hexadecimal }

    /// The bytes of ``digest``.
    public var digestBytes: [UInt8] { Self.digest(of: agreed) }

    /// As ``digest``, without how long learners train: what messages, journals and checkpoints
    /// carry, so that a run can be extended. Neighbours compare the steps by themselves.
    public var identityDigest: String { identityDigestBytes.hexadecimal }

    /// The bytes of ``identityDigest``.
    public var identityDigestBytes: [UInt8] { Self.digest(of: agreed(withLengths: false)) }

    /// What ``identityDigest`` is of, for those that are refused by it.
    public var identitySettings: AgreedSettings {
        AgreedSettings(agreed(withLengths: false).valuesByPath)
    }

    private static func digest(of agreed: Setting) -> [UInt8] {
        SHA256.digest(Array(("cohort configuration 2\n" + agreed.yaml).utf8))
    }

    /// The settings that change numbers, every default written out, each learner with all of its
    /// training.
    var agreed: Setting { agreed(withLengths: true) }

    /// - Parameter withLengths: whether `steps` and `epochs` are among them.
    private func agreed(withLengths: Bool) -> Setting {
        let learners = perLearner { $0.agreed(withLengths: withLengths) }
        // The cohort's training is part of each learner's.
        let whole = setting.without(["training", "learners"])
            .only(.numbers, by: Self.keys.with("data", data.keys))
        return (whole ?? .map([:])).with("learners", learners)
    }

    /// The settings that change numbers by their paths, every learner with all of its training.
    public var agreedValues: [String: String] { agreed.valuesByPath }
}

extension TrainingOptions {
    /// The keys that say how long a learner trains.
    static let lengths = ["epochs", "steps"]
}

extension LearnerOptions {
    /// The settings that change numbers. One that does not learn has no training, task and
    /// objective.
    fileprivate func agreed(withLengths: Bool) -> Setting {
        // Beside its own training none is written: all of it follows.
        let keys = Self.keys.with("data", data?.keys)
        let own = setting(in: training).only(.numbers, by: keys) ?? .map([:])
        guard learns else { return own.without(["task", "strong-task", "objective"]) }
        let lengths = withLengths ? [] : TrainingOptions.lengths
        let all = training.setting.without(lengths).only(.numbers, by: TrainingOptions.keys)
        return own.with("training", all)
    }
}

extension Setting {
    /// A map with another value of a key, at the place of the old one or behind the others.
    fileprivate func with(_ key: String, _ value: Setting?) -> Setting {
        guard case .map(var entries) = self.value, let value else { return self }
        let entry = Entry(key: key, position: .unwritten, value: value)
        if let place = entries.firstIndex(where: { $0.key == key }) {
            entries[place] = entry
        } else {
            entries.append(entry)
        }
        return Setting(.map(entries), at: position)
    }
}
