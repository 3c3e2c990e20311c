import Options

/// A scheme of teaching: one entry of `teaching:`, which stands for edges of the graph.
public protocol Preset: Sendable {
    /// The edges that this scheme stands for in a cohort.
    ///
    /// - Throws: ``SettingError`` where it names learners that the cohort does not have, or that
    ///   cannot do what it asks of them.
    func groups(among learners: [Learner]) throws(SettingError) -> [EdgeGroup]
}

/// The presets that configuration can name: `teaching: [{NAME: {…}}]`.
public enum Presets {
    public static let registry = Registry<any Preset>(
        kind: "preset",
        [
            .init("mutual", Mutual.summary, shortForm: "among") { (options) throws(SettingError) in
                try Mutual(options: &options)
            }
        ])
}

extension [Learner] {
    /// Those that `names` name, in the order of the cohort.
    ///
    /// - Throws: ``SettingError`` for an unknown learner and for one that is named twice.
    func named(_ names: [PlacedName], by subject: String) throws(SettingError) -> [Learner] {
        var seen: Set<String> = []
        for name in names {
            guard contains(where: { $0.name == name.text }) else {
                let hint = nearest(to: name.text, among: map(\.name))
                throw SettingError(
                    "\(subject): unknown learner '\(name.text)': \(hint)", at: name.position)
            }
            guard seen.insert(name.text).inserted else {
                throw SettingError(
                    "\(subject): learner '\(name.text)' is named twice", at: name.position)
            }
        }
        return filter { seen.contains($0.name) }
    }
}
