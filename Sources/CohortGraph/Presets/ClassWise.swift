import Options

/// *Regularizing Class-Wise Predictions via Self-Knowledge Distillation* (Yun et al. 2020), CS-KD:
/// a learner's responses to a sample follow those to another sample of the same class.
///
///     cs-kd: {of: a, temperature: 4, weight: 1}
struct ClassWise: Preset {
    static let name = "cs-kd"
    static let summary = "responses to another sample of the same class (Yun et al. 2020)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that teach themselves")
        edge = try EdgeOptions(
            &options,
            default: .init(readsTaps: false, readsStaged: false, version: .partner),
            registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}
