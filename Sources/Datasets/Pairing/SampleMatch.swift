/// Which samples of a view are the same as those of the main source.
struct SampleMatch: Sendable {
    /// The view's samples.
    let samples: KeyedSamples
    /// For samples of the main source that have a partner: its number.
    let partners: [Int: Int]
    /// How many samples have no partner, with examples; nil where all have one.
    let complaint: String?

    /// Finds partners by their keys.
    ///
    /// - Parameter title: of the view, for messages.
    /// - Throws: ``DatasetError`` (78) where partners are of different classes.
    init(
        _ samples: KeyedSamples, of title: String, with main: KeyedSamples
    ) throws(DatasetError) {
        self.samples = samples
        let places = Dictionary(
            uniqueKeysWithValues: samples.keys.enumerated().map { ($1, $0) })
        var partners: [Int: Int] = [:]
        for (index, key) in main.keys.enumerated() {
            if let place = places[key] { partners[index] = place }
        }
        self.partners = partners
        let matched = Set(partners.values)
        let lonely = main.keys.indices.filter { partners[$0] == nil }
        let others = samples.keys.indices.filter { !matched.contains($0) }
        let parts = [
            Self.listed(lonely, of: main, "of main have no partner in \(title)"),
            Self.listed(others, of: samples, "of \(title) have none in main"),
        ].compactMap(\.self)
        complaint = parts.isEmpty ? nil : parts.joined(separator: ", and ")
        try checkClasses(title, main)
    }

    private static func listed(
        _ indices: [Int], of samples: KeyedSamples, _ what: String
    ) -> String? {
        guard !indices.isEmpty else { return nil }
        let examples = indices.prefix(3).map { "'\(samples.keys[$0])' (\(samples.places[$0]))" }
        return "\(indices.count) of \(samples.keys.count) samples \(what), such as "
            + examples.joined(separator: ", ")
    }

    private func checkClasses(_ title: String, _ main: KeyedSamples) throws(DatasetError) {
        let differing = partners.filter { samples.classes[$1] != main.classes[$0] }.keys.sorted()
        guard let first = differing.first, let partner = partners[first] else { return }
        throw DatasetError(
            .impossible,
            "paired: \(differing.count) of \(partners.count) samples of \(title) are of other"
                + " classes than in main, such as '\(main.keys[first])': it is of class"
                + " '\(samples.classes[partner])' (\(samples.places[partner])), in main of class"
                + " '\(main.classes[first])' (\(main.places[first])); correct the labels")
    }
}
