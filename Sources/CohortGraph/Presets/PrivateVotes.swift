import Options

/// *Scalable Private Learning with PATE* (Papernot et al. 2018): teachers that were trained before,
/// each on labelled samples of its own, vote on the samples of the common pool; a student learns
/// from the winners under noise.
///
///     pate: {from: [t1, t2, t3], to: s, combine: {kind: lnmax, scale: 20, epsilon: 3}}
struct PrivateVotes: Preset {
    static let name = "pate"
    static let summary = "noisy votes of private teachers (PATE, Papernot et al. 2017, 2018)"

    private let from: Members
    private let to: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        from = Members("from", of: &options, count: 2...10_000, help: "teachers, at least two")
        to = Members("to", of: &options, count: 1...1, help: "who learns")
        edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "ce", combination: "confident-gnmax", prefersUsualCombination: false,
                temperature: 1, form: .votes, isStaged: true), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard edge.combinationTraits.contains(.countsVotes) else {
            throw SettingError(
                "pate: combine '\(edge.combination.name)' adds no noise; use lnmax or"
                    + " confident-gnmax, or another preset")
        }
        return try from.teaching(to, among: learners, edge)
    }
}
