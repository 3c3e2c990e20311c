import Options

/// A reason for which the options of an edge, each of them right, cannot be used together.
struct EdgeRule: Sendable {
    /// What a rule judges.
    struct Subject {
        var edge: EdgeOptions
        /// The value of the option `knowledge`.
        var writtenKnowledge: KnowledgeKind
        /// Which of the teachers teach at a step.
        var draw: EdgeGroup.Draw

        fileprivate var isOfResponses: Bool { edge.knowledge == .response }

        fileprivate var isReplicated: Bool { edge.lossTraits.contains(.replicated) }

        fileprivate var readsOffsets: Bool { edge.lossTraits.contains(.readsOffsets) }

        fileprivate func combines(_ traits: CombinationTraits) -> Bool {
            edge.combinationTraits.contains(traits)
        }
    }

    /// The option at whose place the error is reported.
    let key: String
    let isBroken: @Sendable (Subject) -> Bool
    /// What is wrong and what would be right, as it follows the key.
    let message: @Sendable (Subject) -> String

    private init(
        _ key: String, _ isBroken: @escaping @Sendable (Subject) -> Bool,
        message: @escaping @Sendable (Subject) -> String
    ) {
        (self.key, self.isBroken, self.message) = (key, isBroken, message)
    }

    /// Refuses options that break a rule.
    ///
    /// - Throws: ``SettingError`` that lists every broken rule.
    static func check(_ subject: Subject, _ options: OptionReader) throws(SettingError) {
        let broken = all.filter { $0.isBroken(subject) }
            .map { options.failure($0.key, $0.message(subject)) }
        if let error = SettingError(all: broken) { throw error }
    }

    /// Every rule.
    static let all = [
        EdgeRule("knowledge") {
            $0.writtenKnowledge != $0.edge.knowledge
        } message: {
            "is \($0.writtenKnowledge), and the loss compares \($0.edge.knowledge)s; leave it out"
        },
        EdgeRule("combine") {
            !$0.isOfResponses && $0.combines(.responsesOnly)
        } message: {
            "is '\($0.edge.combination.name)', which mixes responses, and the loss compares"
                + " \($0.edge.knowledge)s; use pairwise or sum"
        },
        EdgeRule("combine") {
            $0.readsOffsets && $0.combines(.responsesOnly) && !$0.combines(.keepsOffsets)
        } message: {
            "is '\($0.edge.combination.name)', which mixes probabilities, and loss"
                + " '\($0.edge.loss.name)' compares logits as they are; use logits, pairwise or sum"
        },
        EdgeRule("combine") {
            $0.combines(.needsPairs) && !$0.edge.lossTraits.contains(.pairsLogits)
        } message: {
            "is '\($0.edge.combination.name)', which weighs teachers by activations that travel with"
                + " their logits, and loss '\($0.edge.loss.name)' does not pair them; use loss okddip, or"
                + " another combination"
        },
        EdgeRule("carries") {
            $0.readsOffsets && $0.edge.form != .logits
        } message: {
            "is '\($0.edge.form.rawValue)', and loss '\($0.edge.loss.name)' compares logits as they"
                + " are; leave it out"
        },
        EdgeRule("carries") {
            !$0.isOfResponses && $0.edge.form != .logits
        } message: { _ in
            "is for responses, and the loss compares others"
        },
        EdgeRule("codec") {
            $0.isReplicated && !$0.edge.codecTraits.contains(.exact)
        } message: {
            "is '\($0.edge.codec.name)', and loss '\($0.edge.loss.name)' needs the other side's logits to"
                + " the bit; leave it out"
        },
        EdgeRule("gate") {
            $0.isReplicated && $0.edge.gate.choosesSamples
        } message: {
            "is '\($0.edge.gate.rawValue)', and loss '\($0.edge.loss.name)' needs all samples on both"
                + " sides; use another gate"
        },
        EdgeRule("missing") {
            $0.isReplicated && $0.edge.missing != .wait
        } message: {
            "is not 'wait', and loss '\($0.edge.loss.name)' needs the other side's logits of every step;"
                + " leave it out"
        },
        EdgeRule("version") {
            $0.isReplicated && $0.edge.version != .current
        } message: {
            "is an earlier one, and loss '\($0.edge.loss.name)' needs the other side's logits of the"
                + " step; leave it out"
        },
        EdgeRule("augmentation") {
            $0.isReplicated && $0.edge.augmentation.hasStrong
        } message: {
            "has a strong view, and loss '\($0.edge.loss.name)' needs the same samples on both sides;"
                + " leave it out"
        },
        EdgeRule("taps") {
            $0.isReplicated && $0.edge.taps != .none
        } message: {
            "names early exits, and loss '\($0.edge.loss.name)' needs the logits of both last layers;"
                + " leave it out"
        },
        EdgeRule("codec") {
            $0.edge.form == .votes && !$0.edge.codecTraits.contains(.exact)
        } message: {
            "is '\($0.edge.codec.name)', and votes are whole numbers; leave it out"
        },
        EdgeRule("gate") {
            $0.edge.gate.choosesSamples && (!$0.isOfResponses || $0.combines(.responsesOnly))
        } message: {
            "is '\($0.edge.gate.rawValue)', which judges each teacher by its responses; use it"
                + " with a response loss that is combined by pairwise or sum"
        },
        EdgeRule("gate") {
            $0.edge.gate.choosesSamples && $0.combines(.weighsLosses)
        } message: {
            "is '\($0.edge.gate.rawValue)', which leaves out samples of single teachers, and combine"
                + " '\($0.edge.combination.name)' weighs all teachers of a sample; use another gate, or"
                + " pairwise"
        },
        EdgeRule("missing") {
            $0.edge.missing.isOptional && $0.combines(.needsAll)
        } message: {
            "is '\($0.edge.missing.isBank ? "bank" : "drop")', and combine"
                + " '\($0.edge.combination.name)' weighs each teacher: it needs all; use another,"
                + " or wait"
        },
        // What is stored for each sample must be of that sample alone, and be used so.
        EdgeRule("missing") {
            $0.edge.missing.isBank && !$0.isOfResponses
        } message: {
            "is 'bank', which keeps the responses to each sample, and the loss compares"
                + " \($0.edge.knowledge)s; use drop, or wait"
        },
        EdgeRule("missing") {
            $0.edge.missing.isBank && !$0.combines(.bySample) && !$0.combines(.needsAll)
        } message: {
            "is 'bank', which has some samples and not others, and combine"
                + " '\($0.edge.combination.name)' looks at the whole batch; use another, or drop"
        },
        EdgeRule("combine") {
            $0.isOfResponses && $0.edge.taps != .none && $0.combines(.needsErrors)
        } message: {
            "is '\($0.edge.combination.name)', which weighs teachers by the errors of their last layers,"
                + " and here early exits teach or learn; use another, or leave `taps` out"
        },
        EdgeRule("missing") {
            $0.edge.missing.lookAhead > 0 && $0.combines(.needsErrors)
        } message: {
            "is 'stale', and combine '\($0.edge.combination.name)' weighs teachers by errors"
                + " that belong to no earlier step; use another, or wait"
        },
        EdgeRule("missing") {
            $0.edge.missing.lookAhead > 0 && $0.edge.version != .current
        } message: { _ in
            "is 'stale', which publishes early what the weights of that step compute, and here"
                + " another version is asked for; use one of them"
        },
        EdgeRule("version") {
            $0.edge.version == .lastSeen && !$0.isOfResponses
        } message: {
            "is 'last-seen', which stores the responses to each sample, and the loss compares"
                + " \($0.edge.knowledge)s; use a response loss, or a snapshot"
        },
        EdgeRule("augmentation") {
            $0.edge.augmentation.hasStrong && $0.edge.version.isOfOneself
        } message: {
            "is '\($0.edge.augmentation.summary)', and version '\($0.edge.version.suffix ?? "")' has a"
                + " view of its own; leave one out"
        },
        EdgeRule("augmentation") {
            $0.edge.augmentation.from == .strong && $0.edge.inputs == .send
        } message: { _ in
            "asks for the teacher's strong view, and inputs 'send' sends it the other one; leave one"
                + " out"
        },
        // A teacher without the samples holds no validation samples, and is sent a batch once.
        EdgeRule("inputs") {
            $0.edge.inputs == .send && $0.combines(.needsErrors)
        } message: {
            "is 'send', for a teacher that has no samples, and combine '\($0.edge.combination.name)'"
                + " weighs teachers by their errors on the validation samples; use another, or order"
        },
        EdgeRule("inputs") {
            $0.edge.inputs == .send && $0.edge.missing != .wait
        } message: { _ in
            "is 'send', whose answers a step waits for; leave `missing` out, or use order"
        },
        // Made samples have no numbers and no labels, and everyone waits for them.
        EdgeRule("inputs") {
            $0.edge.inputs == .made
                && ($0.edge.needsLabels || $0.edge.needsErrors || $0.combines(.countsVotes))
        } message: { _ in
            "is 'made', of samples without labels and numbers, and another option looks at these;"
                + " use another loss, combination, gate or version"
        },
        EdgeRule("inputs") {
            $0.edge.inputs == .made
                && ($0.edge.missing != .wait || $0.edge.version == .lastSeen)
        } message: { _ in
            "is 'made', of samples that nobody sees again and that a step waits for; leave"
                + " `missing` and `version` out"
        },
        EdgeRule("combine") {
            $0.draw != .all && $0.combines(.needsAll)
        } message: {
            "is '\($0.edge.combination.name)', which weighs each teacher, and here some are left"
                + " out at random; use another, or let all teach"
        },
    ]
}
