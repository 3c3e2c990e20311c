import Options

/// *Learning without Memorizing* (Dhar et al. 2019), LwM: besides the responses of the weights at
/// the end of the task before, as in LwF, a learner follows their attention: where in the image
/// they see the class of earlier tasks that they find likeliest.
///
///     lwm: {of: a, weight: 1, attention: {weight: 1}}
///
/// The options beside `of` are of the responses' edge; those of the attention's edge stand in
/// `attention: {…}`.
struct LearningWithoutMemorizing: Preset {
    static let name = "lwm"
    static let summary = "as lwf, and where its past self looks (Dhar et al. 2019)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let responses: EdgeOptions
    private let attention: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        func defaults(_ loss: String, temperature: Double) -> EdgeOptions.Defaults {
            EdgeOptions.Defaults(
                loss: loss, temperature: temperature, readsTaps: false,
                schedule: .afterFirstTask, readsStaged: false,
                version: .taskBefore(nil))
        }
        learners = Members("of", of: &options, help: "learners that meet tasks in turn")
        let responses = try EdgeOptions(
            &options, default: defaults("lwf", temperature: 2), registries: registries)
        var attention = options.group(
            "attention", default: responses, help: "the options of the attention's edge"
        ) { (inner) throws(SettingError) in
            try EdgeOptions(
                &inner, default: defaults("lwm", temperature: 1), registries: registries)
        }
        attention.taps = Taps(from: ["classes"], to: ["classes"])
        (self.responses, self.attention) = (responses, attention)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard responses.knowledge == .response, attention.knowledge == .feature else {
            throw SettingError(
                "lwm: loss '\(responses.loss.name)' compares \(responses.knowledge)s and"
                    + " attention.loss '\(attention.loss.name)' \(attention.knowledge)s; name one of"
                    + " responses and one of features")
        }
        let names = try self.learners.teachingThemselves(among: learners, responses)
        return names.flatMap { group in
            [group, EdgeGroup(from: group.from, to: group.to, attention)]
        }
    }
}
