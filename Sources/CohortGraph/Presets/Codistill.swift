import Options

/// *Large Scale Distributed Neural Network Training through Online Distillation* (Anil et al.
/// 2018): after a burn-in, each learns at every step from the mean of what the others' weights
/// compute of the batch, as they stood at the last n-th step.
///
///     codistill: {among: [a, b], burn-in: 200, every: 50}
struct Codistill: Preset {
    static let name = "codistill"
    static let summary = "burn-in, then the others' weights of every n-th step (Anil et al. 2018)"
    static let shortForm: String? = "among"

    private let among: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members(
            "among", of: &options, count: 2...10_000, help: "learners, at least two")
        let schedule = try WeightSchedule(options: &options, readsEvery: false)
        let every = options.value(
            "every", default: 1, in: 1...1_000_000, help: "steps between two snapshots of weights")
        var edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "ce", combination: "probabilities", prefersUsualCombination: false,
                temperature: 1, readsSchedule: false, readsStaged: false,
                version: ModelVersion(refreshedEvery: every)), registries: registries)
        edge.schedule = schedule
        self.edge = edge
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let members = try among.ordered(among: learners, learning: true)
        return members.map { learner in
            EdgeGroup(from: members.filter { $0 != learner }, to: learner, edge)
        }
    }
}
