import Options

/// ONE (Lan et al. 2018) over learners of their own: what ``OnTheFlyEnsemble`` reads of them.
///
/// Each learns from the gated sum of all members' logits. Its gate looks at its own activation, so
/// that members send their logits alone.
struct GatedPeers: Sendable {
    private let among: Members
    private let edge: EdgeOptions

    /// The key that names the learners.
    static let key = "among"
    private static let help = "learners in place of branches, at least two"

    /// Lists the key where the learners of `of` are read.
    static func list(in options: inout OptionReader) {
        _ = options.names(key, help: help)
    }

    /// The weight of the divergence grows over 80 epochs by default.
    ///
    /// - Parameter features: the tap of a learner's own model that its gate looks at.
    init(
        options: inout OptionReader, features: String, registries: EdgeRegistries
    ) throws(SettingError) {
        among = Members(Self.key, of: &options, count: 2...10_000, help: Self.help)
        var edge = try EdgeOptions(
            &options,
            default: .init(
                loss: "okddip", combination: "gated", prefersUsualCombination: false,
                temperature: 3, readsTaps: false, schedule: .overEightyEpochs, readsStaged: false),
            registries: registries)
        edge.taps = Taps(from: [Taps.logits], to: [features, Taps.logits])
        self.edge = edge
    }

    /// From all others to each.
    ///
    /// - Throws: ``SettingError`` for a loss that pairs no logits with an activation, and for
    ///   learners that cannot be found or never learn.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard edge.lossTraits.contains(.pairsLogits) else {
            throw SettingError(
                "one: loss '\(edge.loss.name)' must be okddip, whose logits stand beside features")
        }
        let members = try among.ordered(among: learners, learning: true)
        return members.map { learner in
            EdgeGroup(from: members.filter { $0 != learner }, to: learner, edge)
        }
    }
}
