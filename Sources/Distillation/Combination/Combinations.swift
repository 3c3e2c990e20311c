import Options

/// The combinations of teachers that configuration can name.
public enum Combinations {
    /// A new combination is its file and a line here; the law tests then cover it.
    public static let registry = Registry<any Combination>(
        kind: "combination",
        [
            Pairwise.self,
            PairwiseSum.self,
            MeanProbabilities.self,
            MeanLogits.self,
            EntropyReduction.self,
            EntropyWeighted.self,
            LearnedWeights.self,
            LearnedEdges.self,
            PeerAttention.self,
            PeerEnsemble.self,
            GatedMembers.self,
            TrimmedMean.self,
            Median.self,
            ReputationWeighted.self,
            LaplaceVote.self,
            ConfidentVote.self,
            BestMember.self,
            BestMix.self,
            SmallestMargins.self,
            LeastErrorMix.self,
        ])
}
