import Options

/// The losses that configuration can name.
public enum Losses {
    public static let registry = Registry<any DistillationLoss>(
        kind: "loss", responses + features + relations)

    private typealias Entry = Registry<any DistillationLoss>.Entry

    private static let responses: [Entry] = [
        .init("kd", "divergence from a teacher's soft targets (Hinton et al. 2015)") { _ in
            SoftTargetDivergence()
        },
        .init("dml", "deep mutual learning: mean divergence from each peer (Zhang et al. 2018)") {
            _ in SoftTargetDivergence()
        },
        .init("dml_e", "deep mutual learning from the ensemble: divergence from the peers' mean") {
            _ in SoftTargetDivergence()
        },
        .init("ce", "codistillation: cross-entropy with the teachers' mean (Anil et al. 2018)") {
            _ in SoftTargetCrossEntropy()
        },
        .init("reverse-kl", "divergence of the learner from its teacher") { _ in
            ReverseDivergence()
        },
        .init("js", "Jensen-Shannon divergence, the symmetric one (Lin 1991)") { _ in
            JensenShannon()
        },
        .init("dkd", "decoupled distillation: the label's class, and the others (Zhao et al. 2022)")
        { (options) throws(SettingError) in try DecoupledDistillation(options: &options) },
    ]

    private static let features: [Entry] = [
        .init("hint", "FitNets: the teacher's map by a learned regressor (Romero et al. 2015)") {
            (options) throws(SettingError) in try Hint(options: &options)
        },
        .init("at", "attention transfer (Zagoruyko and Komodakis 2017)") {
            (options) throws(SettingError) in try AttentionTransfer(options: &options)
        },
        .init("nst", "neuron selectivity transfer: discrepancy of channels (Huang and Wang 2017)") {
            _ in NeuronSelectivity()
        },
        .init("fsp", "flow of solution procedure: products of two layers (Yim et al. 2017)") {
            (options) throws(SettingError) in try FlowOfSolution(options: &options)
        },
    ]

    private static let relations: [Entry] = [
        .init("rkd-distance", "relational distillation: distances of samples (Park et al. 2019)") {
            _ in RelationalDistance()
        },
        .init("rkd-angle", "relational distillation: angles of samples (Park et al. 2019)") { _ in
            RelationalAngle()
        },
        .init("sp", "similarity-preserving distillation (Tung and Mori 2019)") { _ in
            SimilarityPreserving()
        },
        .init("pkt", "probabilistic knowledge transfer (Passalis and Tefas 2018)") {
            (options) throws(SettingError) in try ProbabilisticTransfer(options: &options)
        },
    ]
}
