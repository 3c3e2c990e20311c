import Options

/// *Deep Mutual Learning* (Zhang et al. 2018): each of its learners learns from all the others.
///
///     mutual: [a, b, c]
///     mutual: {among: [a, b, c], loss: dml_e, temperature: 1, weight: 1}
public struct Mutual: Preset {
    /// The paper's two ways to learn from several peers.
    public enum Loss: String, CaseIterable, Sendable {
        /// The mean of the divergences from each peer.
        case pairwise = "dml"
        /// The divergence from the mean of the peers' probabilities.
        case ensemble = "dml_e"
    }

    static let summary = "deep mutual learning: each learns from all others (Zhang et al. 2018)"

    /// At least two.
    public var among: [PlacedName]
    public var loss: Loss
    public var temperature: Double
    public var weight: Double
    private let subject: String

    /// Reads `among`, `loss`, `temperature` and `weight`.
    public init(options: inout OptionReader) throws(SettingError) {
        subject = options.subject
        among = try options.names("among", help: "learners, at least two")
        loss = try options.choice("loss", default: .pairwise)
        temperature = try options.value(
            "temperature", default: 1, in: 0.01...1000, help: "divides the logits of both sides")
        weight = try options.value(
            "weight", default: 1, in: 0...1e6, help: "beside the task loss, whose own is 1")
        guard among.count >= 2 else {
            throw options.failure("among", "names fewer than two learners; add another")
        }
    }

    /// One group into each learner, from all the others in the order of the cohort.
    public func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let members = try learners.named(among, by: subject)
        if let teacher = members.first(where: { $0.role == .teacher }) {
            throw SettingError(
                "\(subject): learner '\(teacher.name)' is a teacher, which never learns, and here all"
                    + " learn; leave it out, or make it a student",
                at: among.first { $0.text == teacher.name }?.position)
        }
        return members.map { learner in
            EdgeGroup(
                from: members.filter { $0 != learner }.map(\.name), to: learner.name,
                loss: loss.rawValue,
                combination: loss == .pairwise ? .pairwise : .probabilities,
                temperature: temperature, weight: weight)
        }
    }
}
