import Options

extension EdgeOptions {
    /// The values that a preset takes for options that are not written.
    struct Defaults {
        var loss = "kd"
        var combination = "pairwise"
        /// Whether the usual combination of a loss that has one goes before `combination`.
        var prefersUsualCombination = true
        var temperature = 4.0
        /// The form in which responses travel.
        var form = EdgeOptions.Form.logits
        /// Whether its teachers are trained first.
        var isStaged = false
        var weight = 1.0
        /// Whether the places are read with the other options.
        var readsTaps = true
        /// Whether the schedule is read with the other options.
        var readsSchedule = true
        var schedule = WeightSchedule()
        /// Whether its teachers may be trained first, and the key `staged` be written.
        var readsStaged = true
        /// The version of the teachers' weights; nil where the key `version` says it.
        var version: ModelVersion?
        /// How the teachers come by the samples.
        var inputs = InputDelivery.order
        /// Which of the teachers teach at a step.
        var draw = EdgeGroup.Draw.all
    }

    /// Reads the options that every preset has, and then judges them by ``EdgeRule/all``.
    ///
    /// - Throws: ``SettingError`` for a bad value, and for values that do not go together.
    init(
        _ options: inout OptionReader, default defaults: Defaults = Defaults(),
        registries: EdgeRegistries
    ) throws(SettingError) {
        let lossFacts: LossFacts
        (loss, lossFacts) = try options.named(
            "loss", default: defaults.loss, help: "see `cohort list losses`", by: registries.loss)
        let written = options.choice("knowledge", default: lossFacts.knowledge)
        let usual = defaults.prefersUsualCombination ? lossFacts.usualCombination : nil
        let combinationFacts: CombinationFacts
        (combination, combinationFacts) = try options.named(
            "combine", default: usual ?? defaults.combination,
            help: "several teachers; see `cohort list combinations`", by: registries.combination)
        knowledge = lossFacts.knowledge
        (lossTraits, combinationTraits) = (lossFacts.traits, combinationFacts.traits)
        let hasLogits = knowledge == .response || lossTraits.contains(.pairsLogits)
        temperature = options.value(
            "temperature", default: hasLogits ? defaults.temperature : 1,
            in: 0.01...1000, help: "divides the logits of both sides")
        weight = options.value(
            "weight", default: defaults.weight, in: 0...1e6,
            help: "beside the task loss, whose own is 1")
        taps =
            defaults.readsTaps
            ? options.group("taps", default: .none, help: "places in the two models") {
                (inner) throws(SettingError) in
                try Taps(options: &inner, count: lossFacts.tapCount)
            } : .none
        schedule =
            defaults.readsSchedule
            ? WeightSchedule(in: &options, under: "schedule", default: defaults.schedule)
            : defaults.schedule
        gate = options.choice("gate", default: .through)
        form = options.choice("carries", default: defaults.form)
        let codecFacts: CodecFacts
        (codec, codecFacts) = try options.named(
            "codec", default: Self.usualCodec,
            help: "how numbers travel; see `cohort list codecs`", by: registries.codec)
        codecTraits = codecFacts.traits
        version = defaults.version ?? ModelVersion(in: &options)
        augmentation = EdgeAugmentation(in: &options)
        missing = MissingKnowledge(in: &options)
        inputs = options.choice("inputs", default: defaults.inputs)
        isStaged =
            defaults.readsStaged
            ? options.flag(
                "staged", default: defaults.isStaged,
                help: "train who teaches first, then freeze it") : false
        // Options that cannot be used have their defaults here, which need not go together.
        guard options.isSound else { return }
        try EdgeRule.check(
            EdgeRule.Subject(edge: self, writtenKnowledge: written, draw: defaults.draw), options)
    }
}

extension OptionReader {
    /// A name with its options, and the facts of its entry.
    fileprivate mutating func named<Facts: EdgeFacts>(
        _ key: String, default fallback: String, help: String,
        by reader: EdgeRegistries.Reader<Facts>
    ) throws(SettingError) -> (NamedOptions, Facts) {
        var facts: Facts?
        let named = named(key, default: fallback, help: help) {
            (name, setting, position) throws(SettingError) in
            let found = try reader(name, setting, position)
            facts = found
            return found.options
        }
        if let facts { return (named, facts) }
        return (named, try reader(fallback, nil, nil))
    }
}
