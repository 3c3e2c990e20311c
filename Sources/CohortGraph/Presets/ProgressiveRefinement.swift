import Options

/// *Self-Knowledge Distillation with Progressive Refinement of Targets* (Kim et al. 2021), PS-KD: a
/// part of each label is replaced by what the learner computed of the sample an epoch before. The
/// part grows from epoch to epoch up to the weight.
///
///     ps-kd: {of: a, weight: 0.8}
struct ProgressiveRefinement: Preset {
    static let name = "ps-kd"
    static let summary = "labels refined by the learner's own past of each sample (Kim et al. 2021)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that teach themselves")
        var schedule = WeightSchedule()
        (schedule.ramp, schedule.shape) = (.whole, .stairs)
        edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "ps-kd", temperature: 1, weight: 0.8, readsTaps: false, schedule: schedule,
                readsStaged: false, version: .lastSeen), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}
