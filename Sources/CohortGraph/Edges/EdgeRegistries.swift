import Options

/// What the registry of losses tells of one of them.
public struct LossFacts: Hashable, Sendable {
    /// Its options in full form.
    public var options: Setting
    /// What it compares.
    public var knowledge: KnowledgeKind
    /// How many taps of each side it compares.
    public var tapCount: Int
    /// What it declares of itself.
    public var traits: LossTraits

    /// The facts of a loss; by default of a response loss without options.
    public init(
        options: Setting = Setting(unwritten: .map([])), knowledge: KnowledgeKind = .response,
        tapCount: Int = 0, traits: LossTraits = []
    ) {
        self.options = options
        self.knowledge = knowledge
        self.tapCount = tapCount
        self.traits = traits
    }
}

/// What the registry of combinations tells of one of them.
public struct CombinationFacts: Hashable, Sendable {
    /// Its options in full form.
    public var options: Setting
    /// What it declares of itself.
    public var traits: CombinationTraits

    /// The facts of a combination; by default of a plain one without options.
    public init(
        options: Setting = Setting(unwritten: .map([])), traits: CombinationTraits = .bySample
    ) {
        self.options = options
        self.traits = traits
    }
}

/// The readers of an edge's settings that belong to other rooms; this one knows no registry of theirs.
public struct EdgeRegistries: Sendable {
    public typealias Reader<Facts> =
        @Sendable (_ name: String, _ options: Setting?, _ position: SourcePosition?)
        throws(SettingError) -> Facts

    public var loss: Reader<LossFacts>
    public var combination: Reader<CombinationFacts>
    public var codec: NamedReader

    public init(
        loss: @escaping Reader<LossFacts>, combination: @escaping Reader<CombinationFacts>,
        codec: @escaping NamedReader
    ) {
        self.loss = loss
        self.combination = combination
        self.codec = codec
    }

    /// Takes every name for a response loss, a plain combination, a codec: where only the names of
    /// options count.
    public static let unchecked = EdgeRegistries(
        loss: { (_, _, _) in LossFacts() }, combination: { (_, _, _) in CombinationFacts() },
        codec: { (_, options, _) in options ?? Setting(unwritten: .map([])) })
}
