import Options

/// *Knowledge Distillation by On-the-Fly Native Ensemble* (Lan et al. 2018), ONE: the gated sum of
/// the logits of a model's branches teaches each branch.
///
///     one: {of: a, temperature: 3, schedule: {ramp: 80, shape: sigmoid, in: epochs}}
///
/// The options beside `of` are of the edges by which the gated logits teach; those of the edges by
/// which each branch learns from the labels stand in `labels: {…}`. The gated logits learn from the
/// labels by the task.
struct OnTheFlyEnsemble: Preset {
    static let name = "one"
    static let summary = "the gated sum of a model's branches teaches each branch (Lan et al. 2018)"
    static let shortForm: String? = "of"

    private let edges: BranchEdges

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        edges = try BranchEdges(options: &options, registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try edges.branches(among: learners).flatMap { name, branches in
            branches.flatMap { branch in
                [edges.labels, edges.responses].map {
                    EdgeGroup(from: [name], to: name, $0.teaching([branch]))
                }
            }
        }
    }
}
