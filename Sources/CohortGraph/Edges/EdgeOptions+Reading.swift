import Options

extension EdgeOptions {
    /// What a preset takes where its options say nothing.
    struct Defaults {
        var loss = "kd"
        var combination = "pairwise"
        var temperature = 4.0
        var weight = 1.0
        /// Whether the schedule is read with the other options.
        var readsSchedule = true
        /// Whether its teachers may be trained first, and the key `staged` be written.
        var readsStaged = true
        /// Which of the teachers teach at a step.
        var draw = EdgeGroup.Draw.all
    }

    /// Reads the options that every preset has.
    init(
        _ options: inout OptionReader, default defaults: Defaults = Defaults(),
        rooms: EdgeRegistries
    ) throws(SettingError) {
        var facts = LossFacts()
        loss = try options.named(
            "loss", default: defaults.loss, help: "see `cohort list losses`"
        ) { (name, setting, position) throws(SettingError) in
            facts = try rooms.loss(name, setting, position)
            return facts.options
        }
        knowledge = try Self.knowledge(&options, of: facts)
        var mixing = CombinationFacts()
        let isOfEach = ["pairwise", "sum"].contains(defaults.combination)
        let usual = loss.name == "dml_e" && isOfEach ? "probabilities" : defaults.combination
        combination = try options.named(
            "combine", default: usual, help: "several teachers; see `cohort list combinations`"
        ) { (name, setting, position) throws(SettingError) in
            mixing = try rooms.combination(name, setting, position)
            return mixing.options
        }
        temperature = try options.value(
            "temperature", default: facts.knowledge == .response ? defaults.temperature : 1,
            in: 0.01...1000, help: "divides the logits of both sides")
        weight = try options.value(
            "weight", default: defaults.weight, in: 0...1e6,
            help: "beside the task loss, whose own is 1")
        taps = try options.group("taps", help: "places in the two models") {
            (inner) throws(SettingError) in
            try Taps(options: &inner, count: facts.tapCount)
        }
        schedule =
            defaults.readsSchedule
            ? try WeightSchedule(in: &options, under: "schedule") : WeightSchedule()
        gate = try options.choice("gate", default: .always)
        form = try options.choice("carries", default: .logits)
        codec = try options.named(
            "codec", default: "fp32", help: "how numbers travel; see `cohort list codecs`",
            by: rooms.codec)
        missing = try MissingKnowledge(in: &options)
        isStaged =
            defaults.readsStaged
            ? try options.flag(
                "staged", default: false, help: "train who teaches first, then freeze it") : false
        lossTraits = facts.traits
        combinationTraits = mixing.traits
        try check(options, mixing)
        guard !missing.isOptional || !mixing.traits.contains(.needsAll) else {
            throw options.failure(
                "missing",
                "is '\(missing.isBank ? "bank" : "drop")', and combine '\(combination.name)'"
                    + " weighs each teacher: it needs all; use another, or wait")
        }
        try checkBank(options, mixing)
        guard missing.lead == 0 || !mixing.traits.contains(.needsErrors) else {
            throw options.failure(
                "missing",
                "is 'stale', and combine '\(combination.name)' weighs teachers by errors that belong"
                    + " to no earlier step; use another, or wait")
        }
        if defaults.draw != .all, mixing.traits.contains(.needsAll) {
            throw options.failure(
                "combine",
                "is '\(combination.name)', which weighs each teacher, and here some are left out at"
                    + " random; use another, or let all teach")
        }
    }

    private static func knowledge(
        _ options: inout OptionReader, of facts: LossFacts
    ) throws(SettingError) -> KnowledgeKind {
        let said = try options.choice("knowledge", default: facts.knowledge)
        guard said == facts.knowledge else {
            throw options.failure(
                "knowledge", "is \(said), and the loss compares \(facts.knowledge)s; leave it out")
        }
        return said
    }

    /// What is kept for each sample must be of that sample alone, and be used so.
    private func checkBank(
        _ options: OptionReader, _ mixing: CombinationFacts
    ) throws(SettingError) {
        guard missing.isBank else { return }
        guard knowledge == .response else {
            throw options.failure(
                "missing",
                "is 'bank', which keeps the responses to each sample, and the loss compares"
                    + " \(knowledge)s; use drop, or wait")
        }
        guard mixing.traits.contains(.bySample) else {
            throw options.failure(
                "missing",
                "is 'bank', which has some samples and not others, and combine"
                    + " '\(combination.name)' looks at the whole batch; use another, or drop")
        }
    }

    private func check(
        _ options: OptionReader, _ mixing: CombinationFacts
    ) throws(SettingError) {
        if knowledge != .response, mixing.traits.contains(.responsesOnly) {
            throw options.failure(
                "combine",
                "is '\(combination.name)', which mixes responses, and the loss compares"
                    + " \(knowledge)s; use pairwise or sum")
        }
        if knowledge != .response, form == .probabilities {
            throw options.failure("carries", "is for responses, and the loss compares others")
        }
        if gate.needsLabels, knowledge != .response || mixing.traits.contains(.responsesOnly) {
            throw options.failure(
                "gate",
                "is '\(gate.rawValue)', which judges each teacher by its responses; use it with a"
                    + " response loss that is combined by pairwise or sum")
        }
    }
}
