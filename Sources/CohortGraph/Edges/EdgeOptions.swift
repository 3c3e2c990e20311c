import Options

/// What an edge carries and what the learner makes of it: the same for every preset.
public struct EdgeOptions: Hashable, Sendable {
    /// The form in which responses travel.
    public enum Form: String, CaseIterable, Sendable {
        /// As the model computes them.
        case logits
        /// softmax(z / T) at the edge's temperature.
        case probabilities
        /// 1 for the class of the largest logit, 0 for the others.
        case votes
    }

    /// What the loss compares.
    public var knowledge: KnowledgeKind
    /// A name in the registry of losses, with its options.
    public var loss: NamedOptions
    /// A name in the registry of combinations, with its options: how several teachers make one
    /// term.
    public var combination: NamedOptions
    /// The places in both models whose activations the loss compares.
    public var taps: Taps
    /// Divides the logits of both sides; the term carries its square.
    public var temperature: Double
    /// The weight of the term beside the task loss.
    public var weight: Double
    /// The factor of the weight at each step.
    public var schedule: WeightSchedule
    /// Which of the teachers' samples count.
    public var gate: Gate
    /// The form in which responses travel.
    public var form: Form
    /// A name in the registry of codecs, with its options: how numbers travel.
    public var codec: NamedOptions
    /// Which version of its weights a teacher computes the knowledge with.
    public var version: ModelVersion
    /// Which views of the same images the two sides see.
    public var augmentation = EdgeAugmentation.weak
    /// What is done where knowledge does not arrive.
    public var missing: MissingKnowledge
    /// How the teacher comes by the samples of a step.
    public var inputs: InputDelivery
    /// What the loss declares of itself.
    public var lossTraits: LossTraits
    /// What the combination declares of itself.
    public var combinationTraits: CombinationTraits
    /// What the codec declares of itself.
    public var codecTraits: CodecTraits
    /// Whether the teacher's own training is a stage before the learner's.
    public var isStaged: Bool

    /// Whether the loss, the combination, the gate or the version looks at the labels of the batch.
    public var needsLabels: Bool {
        lossTraits.contains(.needsLabels) || combinationTraits.contains(.needsLabels)
            || gate.needsLabels || version == .partner
    }

    /// Whether the loss compares logits, which the temperature divides.
    public var comparesLogits: Bool {
        knowledge == .response || lossTraits.contains(.pairsLogits)
    }

    /// Whether the combination weighs teachers by their errors on the validation samples.
    public var needsErrors: Bool { combinationTraits.contains(.needsErrors) }

    /// The codec that is taken where none is named.
    public static let usualCodec = "auto"

    /// An edge whose traits are given, not looked up: by default those of a plain response loss.
    public init(
        loss: String, knowledge: KnowledgeKind = .response, combination: String = "pairwise",
        taps: Taps = .none, temperature: Double = 1, weight: Double = 1,
        schedule: WeightSchedule = WeightSchedule(), gate: Gate = .through,
        form: Form = .logits, codec: String = EdgeOptions.usualCodec, isStaged: Bool = false,
        lossTraits: LossTraits = [], combinationTraits: CombinationTraits = .bySample,
        codecTraits: CodecTraits = [.exact, .keepsSimplex]
    ) {
        self.loss = NamedOptions(name: loss)
        self.knowledge = knowledge
        self.combination = NamedOptions(name: combination)
        self.taps = taps
        self.temperature = temperature
        self.weight = weight
        self.schedule = schedule
        self.gate = gate
        self.form = form
        self.codec = NamedOptions(name: codec)
        version = .current
        missing = .wait
        inputs = .order
        self.lossTraits = lossTraits
        self.combinationTraits = combinationTraits
        self.codecTraits = codecTraits
        self.isStaged = isStaged
    }
}
