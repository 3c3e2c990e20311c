import Options

/// *Deep Mutual Learning* (Zhang et al. 2018): each of its learners learns from all the others.
///
///     mutual: [a, b, c]
///     mutual: {among: [a, b, c], loss: dml_e, temperature: 1, weight: 1, order: sequential}
struct Mutual: Preset {
    /// Who updates when.
    enum Order: String, CaseIterable, Sendable {
        /// All at once, from what each knew before the step.
        case simultaneous
        /// One after another in the order of the cohort, as in the paper's algorithm 1.
        case sequential
    }

    static let name = "mutual"
    static let summary = "deep mutual learning: each learns from all others (Zhang et al. 2018)"
    static let shortForm: String? = "among"

    private let among: Members
    private let order: Order
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members(
            "among", of: &options, count: 2...10_000, help: "learners, at least two")
        order = options.choice("order", default: .simultaneous)
        edge = try EdgeOptions(
            &options, default: .init(loss: "dml", temperature: 1, readsStaged: false),
            registries: registries)
        guard order == .simultaneous || edge.version == .current else {
            throw options.failure(
                "version",
                "is an earlier one, and order 'sequential' teaches with updated weights;"
                    + " use one of them")
        }
    }

    /// One group into each learner, from all the others in the order of the cohort.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let members = try among.ordered(among: learners, learning: true)
        return members.map { learner in
            EdgeGroup(
                from: members.filter { $0 != learner }, to: learner, edge,
                isSequential: order == .sequential)
        }
    }
}
