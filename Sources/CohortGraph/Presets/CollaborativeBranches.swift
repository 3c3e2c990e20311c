import Options

/// *Collaborative Learning for Deep Neural Networks* (Song and Chai 2018), CL-ILR: the mean of the
/// logits of a model's other branches teaches each branch.
///
///     cl-ilr: {of: a, temperature: 3, schedule: {ramp: 80, shape: sigmoid, in: epochs}}
///
/// The options beside `of` are of the edges between branches; those of the edges by which each
/// branch learns from the labels stand in `labels: {…}`. The model divides the gradient below its
/// branches by their number: `options: {branches: 3, gate: false, rescale: true}`. A learner's
/// `task: 0` leaves the labels to the branches.
struct CollaborativeBranches: Preset {
    static let name = "cl-ilr"
    static let summary =
        "the mean of a model's other branches teaches each branch (Song and Chai 2018)"
    static let shortForm: String? = "of"

    private let edges: BranchEdges

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        edges = try BranchEdges(options: &options, registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try edges.branches(among: learners).flatMap { name, branches in
            branches.flatMap { branch in
                [
                    edges.labels.teaching([branch]),
                    edges.responses.teaching([branch], from: branches.filter { $0 != branch }),
                ].map { EdgeGroup(from: [name], to: name, $0) }
            }
        }
    }
}

extension EdgeOptions {
    /// The options of the edges by which early exits and branches learn from the labels, from the
    /// key `labels`.
    ///
    /// - Parameter unread: taken where they cannot be read.
    static func ofLabels(
        in options: inout OptionReader, default unread: EdgeOptions, _ registries: EdgeRegistries
    ) -> EdgeOptions {
        options.group("labels", default: unread, help: "the options of the labels' edges") {
            (inner) throws(SettingError) in
            try EdgeOptions(
                &inner,
                default: .init(
                    loss: "labels", temperature: 1, readsTaps: false, readsStaged: false),
                registries: registries)
        }
    }

    /// The same edge into an early exit, none for the last layer, and from others.
    func teaching(_ exit: [String], from exits: [String] = []) -> EdgeOptions {
        var edge = self
        edge.taps = Taps(from: exits, to: exit)
        return edge
    }
}
