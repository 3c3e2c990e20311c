import Options

/// Several teachers whose mean teaches (Gou et al. 2021, section 4.2): of probabilities or of
/// logits, weighted by their certainty or by learned weights.
///
///     average: {from: [t1, t2, t3], to: s, of: probabilities}
struct Average: Preset {
    /// What is averaged, each a combination of its own.
    enum Mean: String, CaseIterable, Sendable {
        case probabilities, logits, entropy, learned
    }

    static let name = "average"
    static let summary = "the mean of several teachers teaches"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        from = Members("from", of: &options, count: 2...10_000, help: "teachers, at least two")
        to = Members("to", of: &options, help: "who learns")
        let mean = options.choice("of", default: Mean.probabilities)
        edge = try EdgeOptions(
            &options, default: .init(combination: mean.rawValue, prefersUsualCombination: false),
            registries: registries)
        guard edge.combination.name == mean.rawValue else {
            throw options.failure("combine", "is what `of` says here; leave it out")
        }
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try from.teaching(to, among: learners, edge)
    }
}
