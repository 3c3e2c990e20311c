import Options

/// The facts of an entry of a registry.
public protocol EdgeFacts: Hashable, Sendable {
    /// The entry's options in full form.
    var options: Setting { get }
}

/// The facts of a loss.
public struct LossFacts: EdgeFacts {
    /// Its options in full form.
    public var options: Setting
    /// What it compares.
    public var knowledge: KnowledgeKind
    /// How many taps of each side it compares.
    public var tapCount: Int
    /// What it declares of itself.
    public var traits: LossTraits
    /// The combination that is taken where the configuration names none; nil leaves that to the
    /// preset.
    public var usualCombination: String?

    /// The facts of a loss; by default of a response loss without options.
    public init(
        options: Setting = Setting(unwritten: .map([])), knowledge: KnowledgeKind = .response,
        tapCount: Int = 0, traits: LossTraits = [], usualCombination: String? = nil
    ) {
        self.options = options
        self.knowledge = knowledge
        self.tapCount = tapCount
        self.traits = traits
        self.usualCombination = usualCombination
    }
}

/// The facts of a combination.
public struct CombinationFacts: EdgeFacts {
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

/// The facts of a codec.
public struct CodecFacts: EdgeFacts {
    /// Its options in full form.
    public var options: Setting
    /// What it declares of itself.
    public var traits: CodecTraits

    /// The facts of a codec; by default of an exact one without options.
    public init(
        options: Setting = Setting(unwritten: .map([])),
        traits: CodecTraits = [.exact, .keepsSimplex]
    ) {
        self.options = options
        self.traits = traits
    }
}

/// The readers of an edge's options that belong to other modules, whose registries this one cannot
/// import.
public struct EdgeRegistries: Sendable {
    /// Checks the options of a name, which stands at a position, and returns the facts of its
    /// entry.
    public typealias Reader<Facts> =
        @Sendable (_ name: String, _ options: Setting?, _ position: SourcePosition?)
        throws(SettingError) -> Facts

    /// Reads losses.
    public var loss: Reader<LossFacts>
    /// Reads what a generator minimises.
    public var guide: Reader<LossFacts>
    /// Reads combinations of teachers.
    public var combination: Reader<CombinationFacts>
    /// Reads codecs.
    public var codec: Reader<CodecFacts>

    /// The registries behind these readers.
    public init(
        loss: @escaping Reader<LossFacts>,
        guide: @escaping Reader<LossFacts> = { (_, _, _) in LossFacts(traits: .guides) },
        combination: @escaping Reader<CombinationFacts>, codec: @escaping Reader<CodecFacts>
    ) {
        self.loss = loss
        self.guide = guide
        self.combination = combination
        self.codec = codec
    }

    /// Takes every name for a response loss, a plain combination, an exact codec: where only the
    /// names of options count.
    public static let unchecked = EdgeRegistries(
        loss: { (_, _, _) in LossFacts() }, combination: { (_, _, _) in CombinationFacts() },
        codec: { (_, options, _) in CodecFacts(options: options ?? Setting(unwritten: .map([]))) })
}
