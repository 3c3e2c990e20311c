import Options

/// A place that samples come from: its options are read with the configuration, and each learner's
/// process loads its samples once.
public protocol DatasetSource: Sendable {
    /// What each option changes: numbers, or only where the samples are read.
    static var keys: SettingKeys { get }

    /// As ``keys``, of the options that this source was made with.
    var ownKeys: SettingKeys { get }

    /// Reads all samples into memory.
    ///
    /// - Throws: ``DatasetError`` for missing (66), corrupt (65) or unfit (78) data.
    func load() throws(DatasetError) -> Corpus

    /// The files and folders that ``load()`` reads.
    var paths: [String] { get }

    /// The names of the views that the corpus has of its own beside the default view.
    var views: [String] { get }

    /// Whether the samples of a source of the kind may be images.
    static var mayHoldImages: Bool { get }

    /// Whether samples may be images, of which views can be computed.
    var mayHoldImages: Bool { get }
}

extension DatasetSource {
    /// Those of every source of the kind.
    public var ownKeys: SettingKeys { Self.keys }

    /// None: the corpus has the default view alone.
    public var views: [String] { [] }

    /// They may.
    public static var mayHoldImages: Bool { true }

    /// As those of every source of the kind.
    public var mayHoldImages: Bool { Self.mayHoldImages }

    /// The names of all views that a learner can ask for: the source's own, and those that are
    /// computed from images.
    public var allViews: [String] {
        views + (mayHoldImages ? DerivedView.all.map(\.name).filter { !views.contains($0) } : [])
    }
}

/// The data sources that configuration can name: `data: {set: NAME, options: {…}}`.
public enum DatasetSources {
    /// A new source is its file and a line here.
    public static let registry = Registry<any DatasetSource>(kind: "data set", types)

    private static let types: [any (DatasetSource & Configurable).Type] = [
        Digits.self,
        Satellite.self,
        FashionMNIST.self,
        IDXPair.self,
        CIFAR10.self,
        CIFAR100.self,
        Images.self,
        Table.self,
        NPY.self,
        NPZ.self,
        Paired.self,
        Texts.self,
        WordNet.self,
        RunningText.self,
    ]

    /// The views of a source's samples beside the default view, by name, each with what it shows:
    /// its own as far as they do not depend on options, and those that are computed from images.
    public static func views(of name: String) -> [(name: String, summary: String)] {
        guard let type = types.first(where: { $0.name == name }) else { return [] }
        let own = registry.reading(name).product?.views ?? []
        let computed = DerivedView.all.filter { !own.contains($0.name) }
        return own.map { ($0, "of the data set itself") }
            + (type.mayHoldImages ? computed.map { ($0.name, "\($0.summary), computed") } : [])
    }

    /// What each option of a source changes; nil for an unknown source.
    public static func keys(of name: String) -> SettingKeys? {
        types.first { $0.name == name }?.keys
    }
}
