import Options

/// *Feature-map-level Online Adversarial Knowledge Distillation* (Chung et al. 2020), AFD: each
/// learner's last map is to look like that of the one before it to a discriminator of its own,
/// beside the soft targets.
///
///     afd: [a, b]
///     afd: {among: [a, b, c], responses: mutual, maps: {weight: 0.1}}
///
/// The options beside `among` are of the responses' edges, those of the adversarial edges stand in
/// `maps: {…}`. The maps go round a ring, as in the paper; of two learners that is both ways.
struct AdversarialMaps: Preset {
    /// Who teaches whom by responses.
    enum Responses: String, CaseIterable, Sendable {
        /// Each from the one before it.
        case ring
        /// Each from all the others.
        case mutual
    }

    static let name = "afd"
    static let summary = "soft targets, and maps that discriminators compare (Chung et al. 2020)"
    static let shortForm: String? = "among"

    private let among: Members
    private let form: Responses
    private let responses: EdgeOptions
    private let maps: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        among = Members(
            "among", of: &options, count: 2...10_000, help: "learners, at least two")
        form = options.choice("responses", default: .ring, help: "who teaches by soft targets")
        responses = try EdgeOptions(
            &options,
            default: .init(loss: "kd", temperature: 3, readsTaps: false, readsStaged: false),
            registries: registries)
        maps = options.group(
            "maps", default: responses, help: "the options of the adversarial edges"
        ) { (inner) throws(SettingError) in
            try EdgeOptions(
                &inner,
                default: .init(
                    loss: "afd", weight: 0.1, readsTaps: false, readsStaged: false),
                registries: registries)
        }
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        guard responses.knowledge == .response else {
            throw SettingError("afd: its own edges are of responses; name a loss of logits")
        }
        var maps = maps
        try maps.requireMaps(for: "\(Self.name): maps")
        maps.taps = .lastMap
        let members = try among.ordered(among: learners, learning: true)
        return members.indices.flatMap { place in
            let (before, student) = (
                members[(place + members.count - 1) % members.count], members[place]
            )
            let teachers = form == .ring ? [before] : members.filter { $0 != student }
            return [
                EdgeGroup(from: teachers, to: student, responses),
                EdgeGroup(from: [before], to: student, maps),
            ]
        }
    }
}
