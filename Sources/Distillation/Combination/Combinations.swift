import Options

/// The combinations of teachers that configuration can name.
public enum Combinations {
    public static let registry = Registry<any Combination>(
        kind: "combination",
        [
            .init("pairwise", "the mean of the losses against each") { _ in Pairwise() },
            .init("sum", "the sum of the losses against each") { _ in PairwiseSum() },
            .init("probabilities", "the loss against the mean of the probabilities") { _ in
                MeanProbabilities()
            },
            .init("logits", "the loss against the mean of the logits") { _ in MeanLogits() },
            .init("entropy", "the surer of a sample, the heavier (after Kwon et al. 2020)") { _ in
                EntropyWeighted()
            },
            .init("learned", "learned weights, by how well the mix fits the labels") { _ in
                LearnedWeights()
            },
            .init("trimmed", "the mean of the probabilities without the extreme ones") {
                (options) throws(SettingError) in try TrimmedMean(options: &options)
            },
            .init("median", "the median of the probabilities, class by class") { _ in Median() },
            .init("reputation", "who strayed from the median weighs less (after ExpGuard)") {
                (options) throws(SettingError) in try ReputationWeighted(options: &options)
            },
        ]
            + CollaborativeTarget.allCases.map { target in
                .init("kdcl-\(target.rawValue)", target.summary) { _ in
                    CollaborativeLearning(target: target)
                }
            })
}
