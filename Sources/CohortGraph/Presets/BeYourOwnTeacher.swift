import Options

/// *Be Your Own Teacher* (Zhang et al. 2019): the last layer of a model with early exits teaches
/// each of them, its responses and its features.
///
///     byot: {of: a, temperature: 3, features: {weight: 0.03}}
///
/// The options beside `of` are of the responses' edges, which also weigh the labels; those of the
/// features' edges stand in `features: {…}`. The last layer learns from the labels alone.
struct BeYourOwnTeacher: Preset {
    static let name = "byot"
    static let summary = "the last layer teaches the model's early exits (Zhang et al. 2019)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let responses: EdgeOptions
    private let features: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners whose models have exits")
        let responses = try EdgeOptions(
            &options,
            default: .init(loss: "byot", temperature: 3, readsTaps: false, readsStaged: false),
            registries: registries)
        features = options.group(
            "features", default: responses, help: "the options of the features' edges"
        ) { (inner) throws(SettingError) in
            try EdgeOptions(
                &inner,
                default: .init(
                    loss: "byot-feature", weight: 0.03, readsTaps: false, readsStaged: false),
                registries: registries)
        }
        self.responses = responses
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard responses.knowledge == .response, features.knowledge == .feature else {
            throw SettingError(
                "byot: loss '\(responses.loss.name)' compares \(responses.knowledge)s and"
                    + " features.loss '\(features.loss.name)' \(features.knowledge)s; name one of"
                    + " responses and one of features")
        }
        return try self.learners.teachingExits(
            among: learners, kind: "exit",
            lack:
                "has no early exits; write `exits: true` in its options, of a model that has them",
            edges)
    }

    /// What teaches one exit.
    private func edges(to exit: String) -> [EdgeOptions] {
        var (responses, features) = (responses, features)
        responses.taps = Taps(from: [], to: [exit])
        features.taps = Taps(from: [Taps.usual], to: ["\(exit)-\(Taps.usual)"])
        return [responses, features]
    }
}
