import Options

/// *A Two-Teacher Framework for Knowledge Distillation* (Chen et al. 2019): one teacher gives its
/// responses, the other its features.
///
///     two-teachers: {response: t1, feature: t2, to: s, taps: {from: layer3, to: layer3}}
///
/// The options beside the names are of the features' edge; those of the responses' stand in
/// `responses: {…}`.
struct TwoTeachers: Preset {
    static let name = "two-teachers"
    static let summary = "responses from one teacher, features from the other (Chen et al. 2019)"

    private let response: Members
    private let feature: Members
    private let to: Members
    private let responses: EdgeOptions
    private let features: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        response = Members("response", of: &options, count: 1...1, help: "who gives responses")
        feature = Members("feature", of: &options, count: 1...1, help: "who gives features")
        to = Members("to", of: &options, help: "who learns")
        features = try EdgeOptions(&options, default: .init(loss: "hint"), registries: registries)
        var other = options.group(
            "responses", default: features, help: "the options of the responses' edge"
        ) {
            (inner) throws(SettingError) in
            try EdgeOptions(&inner, default: .init(readsStaged: false), registries: registries)
        }
        other.isStaged = features.isStaged
        responses = other
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard features.knowledge != .response else {
            throw SettingError(
                "two-teachers: loss '\(features.loss.name)' compares responses; name one of"
                    + " features or relations")
        }
        try response.check(isApartFrom: to, among: learners)
        try feature.check(isApartFrom: to, among: learners)
        let (one, other) = (
            try response.found(among: learners), try feature.found(among: learners)
        )
        return try to.found(among: learners, learning: true).flatMap {
            [EdgeGroup(from: one, to: $0, responses), EdgeGroup(from: other, to: $0, features)]
        }
    }
}
