import Options

/// A scheme of teaching: one entry of `teaching:`, which stands for edges of the graph.
public protocol Preset: Named, Sendable {
    /// Reads the options.
    ///
    /// - Parameter registries: the readers of losses, combinations and codecs.
    /// - Throws: ``SettingError`` for a bad value.
    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError)

    /// The edges that this scheme stands for in a cohort.
    ///
    /// - Throws: ``SettingError`` where it names learners that the cohort does not have, or that
    ///   cannot do what it asks of them.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup]
}

/// The presets that configuration can name: `teaching: [{NAME: {…}}]`.
public enum Presets {
    /// A new preset is its file and a line here.
    private static let all: [any Preset.Type] = [
        Mutual.self,
        Teach.self,
        Chain.self,
        DenseChain.self,
        Average.self,
        RandomTeacher.self,
        TwoTeachers.self,
        Codistill.self,
        PrivateVotes.self,
        Ring.self,
        TransferGraph.self,
        DiversePeers.self,
        PeerCollaboration.self,
        BeYourOwnTeacher.self,
        OnTheFlyEnsemble.self,
        CollaborativeBranches.self,
        DenseCrossLayer.self,
        ProgressiveRefinement.self,
        MeanTeacher.self,
        ClassWise.self,
        Snapshot.self,
        BornAgain.self,
        LearningWithoutForgetting.self,
        LearningWithoutMemorizing.self,
        IncrementalClassifier.self,
        ReusedTeacher.self,
        Residual.self,
        DataFree.self,
        FollowedGenerator.self,
        Blockwise.self,
        AdversarialMaps.self,
        LabelGame.self,
        Edge.self,
    ]

    /// Makes presets by their names.
    ///
    /// - Parameter registries: the readers of losses, combinations and codecs.
    public static func registry(_ registries: EdgeRegistries) -> Registry<any Preset> {
        Registry(
            kind: "preset",
            all.map { preset in
                .init(preset) { (options) throws(SettingError) in
                    try preset.init(options: &options, registries: registries)
                }
            })
    }
}
