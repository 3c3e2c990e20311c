import Options

/// *Learning without Forgetting* (Li and Hoiem 2016), LwF: from its second task on, a learner
/// follows what its weights at the end of the task before compute of the task's samples, on the
/// outputs of earlier tasks.
///
///     lwf: {of: a, temperature: 2, weight: 1}
struct LearningWithoutForgetting: Preset {
    static let name = "lwf"
    static let summary = "its weights of the task before, on their outputs (Li and Hoiem 2016)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that meet tasks in turn")
        edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "lwf", temperature: 2, readsTaps: false, schedule: .afterFirstTask,
                readsStaged: false, version: .taskBefore(nil)), registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}

extension WeightSchedule {
    /// Nothing in the first task, which has none before it, and then the full weight.
    static var afterFirstTask: WeightSchedule {
        var schedule = WeightSchedule()
        (schedule.burnIn, schedule.unit) = (1, .tasks)
        return schedule
    }
}
