import Options

/// *Peer Collaborative Learning for Online Knowledge Distillation* (PCL, Wu and Gong 2021): each
/// peer learns from an ensemble classifier over the features of all, and from the moving averages
/// of the others' weights.
///
///     pcl: {among: [a, b, c], temperature: 3, averages: {weight: 1}}
///
/// The options beside `among` are of the edges that carry features for the ensemble; those of the
/// averages' edges stand in `averages: {…}`. Of each peer other crops and flips of the same images
/// are taken with `augmentation: {…, own: true}`.
struct PeerCollaboration: Preset {
    static let name = "pcl"
    static let summary =
        "each peer learns from an ensemble over all, and from peers' averages (Wu and Gong 2021)"
    static let shortForm: String? = "among"

    private let among: Members
    private let ensemble: EdgeOptions
    private let averages: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members("among", of: &options, count: 2...10_000, help: "peers, at least two")
        let features = options.value(
            "features", default: Taps.usual, help: "the tap that the ensemble classifies")
        var ensemble = try EdgeOptions(
            &options,
            default: .init(
                loss: "okddip", combination: "ensemble", prefersUsualCombination: false,
                temperature: 3, readsTaps: false, schedule: .overEightyEpochs, readsStaged: false),
            registries: registries)
        let pair = [features, Taps.logits]
        ensemble.taps = Taps(from: pair, to: pair)
        let ramp = ensemble.schedule
        averages = options.group(
            "averages", default: ensemble, help: "the options of the averages' edges"
        ) { (inner) throws(SettingError) in
            let average = MovingAverage(options: &inner, decay: "decay")
            return try EdgeOptions(
                &inner,
                default: .init(
                    loss: "kd", temperature: 3, readsTaps: false, schedule: ramp,
                    readsStaged: false, version: .average(average)), registries: registries)
        }
        self.ensemble = ensemble
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard ensemble.lossTraits.contains(.pairsLogits), averages.knowledge == .response else {
            throw SettingError(
                "pcl: loss '\(ensemble.loss.name)' must be okddip, whose logits travel with features,"
                    + " and averages.loss '\(averages.loss.name)' one of responses")
        }
        let members = try among.ordered(among: learners, learning: true)
        return members.flatMap { learner in
            let others = members.filter { $0 != learner }
            return [ensemble, averages].map { EdgeGroup(from: others, to: learner, $0) }
        }
    }
}
