import Options

/// *Online Knowledge Distillation with Diverse Peers* (OKDDip, Chen et al. 2020): each peer learns
/// from a mix of all peers' logits by an attention of its own, and a leader from their mean.
///
///     okddip: {among: [a, b, c], leader: d, combine: {kind: attention, mix: logits}}
///
/// The options beside `among` and `leader` are of the peers' edges; those of the leader's edge
/// stand in `leading: {…}`. The leader is the model to deploy, and teaches nobody.
struct DiversePeers: Preset {
    static let name = "okddip"
    static let summary =
        "each peer learns from an attended mix of all, a leader from their mean (Chen et al. 2020)"
    static let shortForm: String? = "among"

    private let among: Members
    private let leader: Members
    private let peers: EdgeOptions
    private let leading: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members("among", of: &options, count: 2...10_000, help: "peers, at least two")
        leader = Members(
            "leader", of: &options, count: 0...1, help: "who learns from the peers' mean; nobody")
        let features = options.value(
            "features", default: Taps.usual, help: "the tap by which attention weighs the peers")
        var defaults = EdgeOptions.Defaults(
            loss: "okddip", temperature: 3, readsTaps: false, schedule: .overEightyEpochs,
            readsStaged: false)
        var peers = try EdgeOptions(&options, default: defaults, registries: registries)
        peers.taps = Taps(
            from: [features, Taps.logits], to: [features, Taps.logits])
        (defaults.loss, defaults.combination) = ("kd", "logits")
        defaults.schedule = peers.schedule
        leading = options.group(
            "leading", default: peers, help: "the options of the leader's edge"
        ) { (inner) throws(SettingError) in
            try EdgeOptions(&inner, default: defaults, registries: registries)
        }
        self.peers = peers
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard peers.lossTraits.contains(.pairsLogits), leading.knowledge == .response else {
            throw SettingError(
                "okddip: loss '\(peers.loss.name)' must be okddip, whose logits travel with features,"
                    + " and leading.loss '\(leading.loss.name)' one of responses")
        }
        let members = try among.ordered(among: learners, learning: true)
        let led = try among.teaching(leader, among: learners, leading)
        return members.map { learner in
            EdgeGroup(from: members.filter { $0 != learner }, to: learner, peers)
        } + led
    }
}
