import CohortGraph
import Options

extension EdgeRegistries {
    /// A few losses, combinations and codecs whose facts are as those of the real rooms.
    public static let standIn = EdgeRegistries(
        loss: { (name, options, position) throws(SettingError) in
            var (facts, full) = try losses.read(name, options: options, at: position)
            facts.options = full
            return facts
        },
        combination: { (name, options, position) throws(SettingError) in
            var (facts, full) = try combinations.read(name, options: options, at: position)
            facts.options = full
            return facts
        },
        codec: { (name, options, position) throws(SettingError) in
            var (facts, full) = try codecs.read(name, options: options, at: position)
            facts.options = full
            return facts
        })

    private static let divergence: LossTraits = [.vanishesAtEquality, .isDivergence]

    private static let replicated: LossTraits = [
        .needsLabels, .learnsApart, .readsOffsets, .isUnscaled, .replicated,
    ]

    private static let losses = Registry<LossFacts>(
        kind: "loss",
        [
            .init("kd", "") { _ in LossFacts(traits: divergence) },
            .init("dml", "") { _ in LossFacts(traits: divergence) },
            .init("dml_e", "") { _ in
                LossFacts(traits: divergence, usualCombination: "probabilities")
            },
            .init("ce", "") { _ in LossFacts() },
            .init("asymmetric", "") { _ in LossFacts() },
            .init("dkd", "") { (options) throws(SettingError) in
                _ = options.value("alpha", default: 1.0)
                _ = options.value("beta", default: 8.0)
                return LossFacts(traits: [.needsLabels, .vanishesAtEquality])
            },
            .init("byot", "") { (options) throws(SettingError) in
                _ = options.value("alpha", default: 0.3)
                return LossFacts(traits: .needsLabels)
            },
            .init("ps-kd", "") { _ in LossFacts(traits: .needsLabels) },
            .init("consistency", "") { _ in LossFacts() },
            .init("labels", "") { _ in LossFacts(traits: .needsLabels) },
            .init("lwf", "") { _ in LossFacts() },
            .init("icarl", "") { _ in LossFacts(traits: [.needsLabels, .readsOffsets]) },
            .init("lwm", "") { _ in LossFacts(knowledge: .feature, tapCount: 1) },
            .init("irg-vertices", "") { _ in
                LossFacts(traits: [.vanishesAtEquality, .readsOffsets, .isUnscaled])
            },
            .init("kdgan", "") { _ in LossFacts(traits: replicated) },
            .init("kdgan-teacher", "") { _ in LossFacts(traits: replicated) },
            .init("afd", "") { _ in
                LossFacts(knowledge: .feature, tapCount: 1, traits: .learnsApart)
            },
            .init("byot-feature", "") { _ in LossFacts(knowledge: .feature, tapCount: 1) },
            .init("okddip", "") { _ in
                LossFacts(
                    knowledge: .feature, tapCount: 2, traits: [.vanishesAtEquality, .pairsLogits],
                    usualCombination: "attention")
            },
            .init("hint", "") { _ in LossFacts(knowledge: .feature, tapCount: 1) },
            .init("map-mse", "") { _ in
                LossFacts(knowledge: .feature, tapCount: 1, traits: .vanishesAtEquality)
            },
            .init("fsp", "") { _ in
                LossFacts(knowledge: .feature, tapCount: 2, traits: .vanishesAtEquality)
            },
            .init("sp", "") { _ in
                LossFacts(knowledge: .relation, tapCount: 1, traits: .vanishesAtEquality)
            },
        ])

    private static let ofLabelledPairs: CombinationTraits = [
        .needsLabels, .needsAll, .weighsLosses, .includesStudent, .needsPairs,
    ]

    private static let combinations = Registry<CombinationFacts>(
        kind: "combination",
        [
            .init("pairwise", "") { _ in CombinationFacts(traits: [.bySample, .takesSum]) },
            .init("sum", "") { _ in CombinationFacts(traits: [.bySample, .takesSum, .addsUp]) },
            .init("probabilities", "") { _ in
                CombinationFacts(traits: [.responsesOnly, .bySample, .takesSum])
            },
            .init("logits", "") { _ in CombinationFacts(traits: [.responsesOnly, .bySample]) },
            .init("attention", "") { _ in
                CombinationFacts(
                    traits: [.needsAll, .weighsLosses, .includesStudent, .needsPairs])
            },
            .init("ensemble", "") { _ in CombinationFacts(traits: ofLabelledPairs) },
            .init("gated", "") { _ in CombinationFacts(traits: ofLabelledPairs) },
            .init("entropy", "") { _ in CombinationFacts(traits: [.responsesOnly, .bySample]) },
            .init("reputation", "") { _ in
                CombinationFacts(traits: .responsesOnly)
            },
            .init("confident-gnmax", "") { _ in
                CombinationFacts(
                    traits: [.responsesOnly, .needsAll, .reshapesTargets, .countsVotes])
            },
            .init("learned", "") { _ in
                CombinationFacts(traits: [.needsLabels, .responsesOnly, .needsAll, .learnsApart])
            },
            .init("edges", "") { _ in
                CombinationFacts(traits: [.needsAll, .addsUp, .weighsLosses])
            },
            .init("kdcl-general", "") { _ in
                CombinationFacts(
                    traits: [
                        .needsLabels, .needsErrors, .responsesOnly, .needsAll, .includesStudent,
                    ])
            },
        ])

    private static let codecs = Registry<CodecFacts>(
        kind: "codec",
        [
            .init("fp32", "") { _ in CodecFacts() },
            .init("auto", "") { _ in CodecFacts() },
            .init("int8", "") { _ in CodecFacts(traits: []) },
            .init("top-k", "", shortForm: "k") { (options) throws(SettingError) in
                _ = options.value("k", default: 5, in: 1...1000)
                return CodecFacts(traits: .keepsSimplex)
            },
        ])
}

extension EdgeOptions {
    /// An edge whose names have the facts that ``EdgeRegistries/standIn`` gives them.
    public static func known(
        loss: String, knowledge: KnowledgeKind = .response, combination: String = "pairwise",
        taps: Taps = .none, temperature: Double = 1, weight: Double = 1, isStaged: Bool = false
    ) -> EdgeOptions {
        let registries = EdgeRegistries.standIn
        guard let lossFacts = try? registries.loss(loss, nil, nil),
            let combinationFacts = try? registries.combination(combination, nil, nil)
        else { preconditionFailure("'\(loss)' and '\(combination)' are no stand-ins") }
        return EdgeOptions(
            loss: loss, knowledge: knowledge, combination: combination, taps: taps,
            temperature: temperature, weight: weight, isStaged: isStaged,
            lossTraits: lossFacts.traits, combinationTraits: combinationFacts.traits)
    }
}
