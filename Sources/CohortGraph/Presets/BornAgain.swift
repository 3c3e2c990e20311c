import Options

/// *Born-Again Neural Networks* (Furlanello et al. 2018): generations of a model, each trained anew
/// below the one before it, whose weights are frozen then.
///
///     born-again: {path: [g1, g2, g3], loss: ce}
///
/// The paper's BAN learns from the teacher alone: the learners behind the first have `task: 0`.
/// With a task of 1 it is BAN+L. The losses `cwtm` and `dkpp` are the paper's two controls.
struct BornAgain: Preset {
    static let name = "born-again"
    static let summary = "generations, each trained anew below the last (Furlanello et al. 2018)"
    static let shortForm: String? = "path"

    private let path: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        path = Members(
            "path", of: &options, count: 2...10_000, help: "from the first generation to the last")
        var edge = try EdgeOptions(
            &options, default: .init(loss: "ce", temperature: 1, readsStaged: false),
            registries: registries)
        edge.isStaged = true
        self.edge = edge
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let names = try path.found(among: learners)
        try learners.checkPath(names)
        return zip(names, names.dropFirst()).map { EdgeGroup(from: [$0], to: $1, edge) }
    }
}
