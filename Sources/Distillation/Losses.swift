import Options

/// The losses that configuration can name.
public enum Losses {
    /// A new loss is its file and a line here; the law tests then cover it.
    public static let registry = Registry<any DistillationLoss>(
        kind: "loss",
        [
            KnowledgeDistillation.self,
            MutualDivergence.self,
            EnsembleDivergence.self,
            SoftTargetCrossEntropy.self,
            ReverseDivergence.self,
            JensenShannon.self,
            DecoupledDistillation.self,
            ExitDistillation.self,
            Hint.self,
            AttentionTransfer.self,
            NeuronSelectivity.self,
            FlowOfSolution.self,
            ExitFeatures.self,
            RelationalDistance.self,
            RelationalAngle.self,
            SimilarityPreserving.self,
            ProbabilisticTransfer.self,
        ])
}
