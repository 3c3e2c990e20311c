import Options

/// *Knowledge Distillation by On-the-Fly Native Ensemble* (Lan et al. 2018), ONE: the gated sum of
/// the logits of a model's branches teaches each branch.
///
///     one: {of: a, temperature: 3, schedule: {ramp: 80, shape: sigmoid, in: epochs}}
///     one: {among: [a, b, c], features: features}
///
/// The options beside `of` are of the edges by which the gated logits teach; those of the edges by
/// which each branch learns from the labels stand in `labels: {…}`. The gated logits learn from the
/// labels by the task.
///
/// With `among` in place of `of` whole learners are the branches, see ``GatedPeers``; each learns
/// from the labels by its task.
struct OnTheFlyEnsemble: Preset {
    static let name = "one"
    static let summary =
        "the gated sum of a model's branches, or of peers, teaches each (Lan et al. 2018)"
    static let shortForm: String? = "of"

    private enum Members {
        case branches(BranchEdges)
        case learners(GatedPeers)
    }

    private let members: Members

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        let isOfLearners = options.position(of: GatedPeers.key) != nil
        let features = options.optional(
            "features", String.self,
            help: "with `among`: the tap that a learner's gate looks at; features by default")
        guard isOfLearners else {
            guard features == nil else {
                throw options.failure(
                    "features",
                    "is for learners in `among`, and a model's gate looks at what its branches"
                        + " share; leave it out")
            }
            GatedPeers.list(in: &options)
            members = .branches(try BranchEdges(options: &options, registries: registries))
            return
        }
        for key in ["of", "labels"] where options.position(of: key) != nil {
            throw options.failure(
                key, "is for the branches of a model, and `among` names learners; leave one out")
        }
        members = .learners(
            try GatedPeers(
                options: &options, features: features ?? Taps.usual, registries: registries))
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        switch members {
        case .learners(let peers): try peers.groups(among: learners)
        case .branches(let edges):
            try edges.branches(among: learners).flatMap { name, branches in
                branches.flatMap { branch in
                    [edges.labels, edges.responses].map {
                        EdgeGroup(from: [name], to: name, $0.teaching([branch]))
                    }
                }
            }
        }
    }
}
