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
            try codecs.read(name, options: options, at: position).options
        })

    private static let losses = Registry<LossFacts>(
        kind: "loss",
        [
            .init("kd", "") { _ in LossFacts() },
            .init("dml", "") { _ in LossFacts() },
            .init("dml_e", "") { _ in LossFacts() },
            .init("ce", "") { _ in LossFacts() },
            .init("dkd", "") { (options) throws(SettingError) in
                _ = try options.value("alpha", default: 1.0)
                _ = try options.value("beta", default: 8.0)
                return LossFacts(traits: .needsLabels)
            },
            .init("hint", "") { _ in LossFacts(knowledge: .feature, tapCount: 1) },
            .init("fsp", "") { _ in LossFacts(knowledge: .feature, tapCount: 2) },
            .init("sp", "") { _ in LossFacts(knowledge: .relation, tapCount: 1) },
        ])

    private static let combinations = Registry<CombinationFacts>(
        kind: "combination",
        [
            .init("pairwise", "") { _ in CombinationFacts() },
            .init("sum", "") { _ in CombinationFacts() },
            .init("probabilities", "") { _ in CombinationFacts(traits: [.responsesOnly, .bySample])
            },
            .init("logits", "") { _ in CombinationFacts(traits: [.responsesOnly, .bySample]) },
            .init("entropy", "") { _ in CombinationFacts(traits: [.responsesOnly, .bySample]) },
            .init("reputation", "") { _ in
                CombinationFacts(traits: .responsesOnly)
            },
            .init("learned", "") { _ in
                CombinationFacts(traits: [.needsLabels, .responsesOnly, .needsAll])
            },
            .init("kdcl-general", "") { _ in
                CombinationFacts(
                    traits: [.needsLabels, .needsErrors, .responsesOnly, .needsAll])
            },
        ])

    private static let codecs = Registry<Void>(
        kind: "codec",
        [
            .init("fp32", "") { _ in },
            .init("int8", "") { _ in },
            .init("top-k", "", shortForm: "k") { (options) throws(SettingError) in
                _ = try options.value("k", default: 5, in: 1...1000)
            },
        ])
}
