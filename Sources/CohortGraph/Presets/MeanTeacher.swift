import Options

/// *Mean teachers are better role models* (Tarvainen and Valpola 2017): a learner follows the
/// moving average of its own weights, which sees other crops and flips and other dropout.
///
///     mean-teacher: {of: a, decay: 0.999, moments: averaged, weight: 100}
struct MeanTeacher: Preset {
    static let name = "mean-teacher"
    static let summary = "the moving average of a learner's weights (Tarvainen and Valpola 2017)"
    static let shortForm: String? = "of"

    private let learners: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        learners = Members("of", of: &options, help: "learners that follow their own average")
        let average = MovingAverage(options: &options, decay: "decay")
        var schedule = WeightSchedule()
        (schedule.ramp, schedule.shape, schedule.unit) = (5, .sigmoid, .epochs)
        edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "consistency", temperature: 1, weight: 100, readsTaps: false,
                schedule: schedule, readsStaged: false, version: .average(average)),
            registries: registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        try self.learners.teachingThemselves(among: learners, edge)
    }
}
