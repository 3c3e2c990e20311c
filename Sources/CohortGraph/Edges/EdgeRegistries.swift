import Options

/// What the room of losses says of one of them.
public struct LossFacts: Hashable, Sendable {
    /// Its options in full form.
    public var options: Setting
    public var knowledge: KnowledgeKind
    /// How many taps of each side it compares.
    public var tapCount: Int
    public var needsLabels: Bool

    public init(
        options: Setting = Setting(unwritten: .map([])), knowledge: KnowledgeKind = .response,
        tapCount: Int = 0, needsLabels: Bool = false
    ) {
        self.options = options
        self.knowledge = knowledge
        self.tapCount = tapCount
        self.needsLabels = needsLabels
    }
}

/// What the room of losses says of a way to combine teachers.
public struct CombinationFacts: Hashable, Sendable {
    /// Its options in full form.
    public var options: Setting
    public var needsLabels: Bool
    /// Whether it weighs teachers by their errors on the validation samples.
    public var needsErrors: Bool
    /// Whether it makes a target of several teachers' responses, which features have not.
    public var isForResponsesAlone: Bool
    /// Whether all of its teachers must teach at every step.
    public var needsAll: Bool
    /// Whether it looks at each sample by itself.
    public var isBySample: Bool

    public init(
        options: Setting = Setting(unwritten: .map([])), needsLabels: Bool = false,
        needsErrors: Bool = false, isForResponsesAlone: Bool = false, needsAll: Bool = false,
        isBySample: Bool = true
    ) {
        self.options = options
        self.needsLabels = needsLabels
        self.needsErrors = needsErrors
        self.isForResponsesAlone = isForResponsesAlone
        self.needsAll = needsAll
        self.isBySample = isBySample
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
