import Options

extension WeightSchedule {
    /// To the full weight over eighty epochs, as exp(−5·(1 − t)²): what online distillation usually
    /// does since ONE (Lan et al. 2018).
    static var overEightyEpochs: WeightSchedule {
        var schedule = WeightSchedule()
        (schedule.ramp, schedule.shape, schedule.unit) = (80, .sigmoid, .epochs)
        return schedule
    }
}

/// What presets of branches read: the learners, and the edges by which branches learn from
/// responses and from the labels.
///
/// The options beside `of` are of the responses' edges; those of the labels' edges stand in
/// `labels: {…}`.
struct BranchEdges: Sendable {
    let responses: EdgeOptions
    let labels: EdgeOptions
    private let learners: Members
    private let subject: String

    /// The weight of responses grows over 80 epochs by default.
    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        subject = options.subject
        learners = Members("of", of: &options, help: "learners whose models have branches")
        responses = try EdgeOptions(
            &options,
            default: .init(
                loss: "kd", temperature: 3, readsTaps: false, schedule: .overEightyEpochs,
                readsStaged: false), registries: registries)
        labels = EdgeOptions.ofLabels(in: &options, default: responses, registries)
    }

    /// The learners, each with its branches.
    ///
    /// - Throws: ``SettingError`` for losses that are not of logits, for a learner that cannot be
    ///   found or never learns, and for one whose model has no branches.
    func branches(
        among learners: [Learner]
    ) throws(SettingError) -> [(name: String, exits: [String])] {
        guard responses.knowledge == .response, labels.knowledge == .response else {
            throw SettingError("\(subject): it is of responses; name losses of logits")
        }
        return try self.learners.withExits(
            among: learners, kind: "branch",
            lack: "has no branches; write `branches: 3` in its options, of a residual net")
    }
}
