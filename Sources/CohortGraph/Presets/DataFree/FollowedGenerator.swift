import Options

/// A small generator is taught by a large one (*Compressing GANs using Knowledge Distillation*,
/// Aguinaldo et al. 2019): both make samples of the same random numbers, and the small one is to
/// make what the large one makes.
///
///     follow-generator: {from: big, to: [small], form: l1}
struct FollowedGenerator: Preset {
    static let name = "follow-generator"
    static let summary = "generators learn to make what a frozen one makes (Aguinaldo et al. 2019)"

    /// A distance of pixels, of the generator loss `pixels`.
    private enum Form: String, CaseIterable, Sendable { case l1, mse }

    private let generator: Members
    private let students: Members
    private let edge: EdgeOptions

    init(options: inout OptionReader, registries: EdgeRegistries) throws(SettingError) {
        generator = Members("from", of: &options, count: 1...1, help: "the frozen generator")
        students = Members("to", of: &options, help: "the generators that learn")
        let form: Form = options.choice("form", default: .l1, help: "how pixels are compared")
        let guide = Guide(
            loss: "pixels", options: .map(["form": .scalar(form.rawValue)]), weight: 1,
            sees: .samples)
        edge = try EdgeOptions(guide, at: nil, registries)
    }

    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup] {
        let source = try generator.found(among: learners)[0]
        guard learners.first(where: { $0.name == source })?.role == .frozenGenerator else {
            throw SettingError(
                "follow-generator: learner '\(source)' is no frozen generator; write"
                    + " `role: frozen-generator` at it")
        }
        let students = try students.found(among: learners, learning: true)
        let generators = learners.filter { $0.role == .generator }.map(\.name)
        if let odd = students.first(where: { !generators.contains($0) }) {
            throw SettingError(
                "follow-generator: learner '\(odd)' is no generator; write `role: generator` at it")
        }
        return students.map { EdgeGroup(from: [source, $0], to: $0, edge) }
    }
}
