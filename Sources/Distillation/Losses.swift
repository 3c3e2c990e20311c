import Options

/// The losses that configuration can name.
public enum Losses {
    /// A new loss is its file and a line here or below; the law tests then cover it.
    public static let registry = Registry<any DistillationLoss>(
        kind: "loss",
        [],
        families: [
            responses.map(StandardizedLogits.entry),
            [
                Hint.self,
                AttentionTransfer.self,
                NeuronSelectivity.self,
                FlowOfSolution.self,
                MapDistance.self,
                Imitation.self,
                PeerDivergence.self,
                ExitFeatures.self,
                VariationalInformation.self,
                FeatureOverhaul.self,
                KnowledgeReview.self,
                ActivationMaps.self,
                AttentionOfPast.self,
                BinaryOutputs.self,
                RelationalDistance.self,
                RelationalAngle.self,
                SimilarityPreserving.self,
                ProbabilisticTransfer.self,
                InstanceEdges.self,
                InstanceTransformation.self,
                MultiHeadGraph.self,
                Contrast.self,
                ContrastiveBatch.self,
                MutualContrast.self,
                FeatureAdversarial.self,
                MapAdversarial.self,
                PatientDistillation.self,
                AttentionScores.self,
                HiddenStates.self,
                HiddenCosine.self,
                AttentionAndValues.self,
                SelfRelations.self,
            ].map { Registry.Entry($0) },
            LabelAdversarial.entries,
        ])

    /// The losses of logits: each has the option `standardize` besides its own.
    private static let responses: [any (DistillationLoss & Configurable).Type] = [
        KnowledgeDistillation.self,
        MutualDivergence.self,
        EnsembleDivergence.self,
        SoftTargetCrossEntropy.self,
        AsymmetricDivergence.self,
        ReverseDivergence.self,
        JensenShannon.self,
        GeneralizedJensenShannon.self,
        LogitDistance.self,
        InstanceVertices.self,
        DecoupledDistillation.self,
        ExitDistillation.self,
        ExitLabels.self,
        RefinedLabels.self,
        Consistency.self,
        ConfidenceWeightedLabels.self,
        PermutedResponses.self,
        NormalizedDistillation.self,
        CorrelationDistillation.self,
        MultiLevelDistillation.self,
        OldOutputs.self,
        ConditionalAdversarial.self,
    ]
}
