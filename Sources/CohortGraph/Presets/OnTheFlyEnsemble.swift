import Options

/// *Knowledge Distillation by On-the-Fly Native Ensemble* (Lan et al. 2018), ONE: the gated sum of
/// the logits of a model's branches teaches each branch.
///
///     one: {of: a, temperature: 3, schedule: {ramp: 80, shape: sigmoid, in: epochs}}
///
/// The options beside `of` are of the edges by which the gated logits teach; those of the edges by
/// which each branch learns from the labels stand in `labels: {…}`. The gated logits learn from the
/// labels by the task.
struct OnTheFlyEnsemble: Preset {
    static let name = "one"
    static let summary = "the gated sum of a model's branches teaches each branch (Lan et al. 2018)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let responses: EdgeOptions
    private let labels: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners whose models have branches")
        var schedule = WeightSchedule()
        (schedule.ramp, schedule.shape, schedule.unit) = (80, .sigmoid, .epochs)
        responses = try EdgeOptions(
            &options,
            default: .init(
                loss: "kd", temperature: 3, readsTaps: false, schedule: schedule,
                readsStaged: false), registries: registries)
        labels = EdgeOptions.ofLabels(in: &options, default: responses, registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard responses.knowledge == .response, labels.knowledge == .response else {
            throw SettingError("one: it is of responses; name losses of logits")
        }
        return try self.learners.teachingExits(
            among: learners, kind: "branch",
            lack: "has no branches; write `branches: 3` in its options, of a residual net"
        ) { branch in [labels.teaching([branch]), responses.teaching([branch])] }
    }
}
