import CohortGraph

/// One direction of teaching between a learner and a neighbour: what travels, and when.
///
/// Both ends know it from the configuration, so that nothing is sent that nobody uses, and nobody
/// waits for what is not sent.
public struct Lane: Sendable {
    /// The neighbour at the other end.
    public var peer: String
    /// Whether the student goes on without what does not come.
    public var isOptional: Bool
    /// Whether the student takes in what comes after the step that it is of, where it may go on without.
    public var keepsLate: Bool
    /// Whether the neighbour is a relay, which does not stall but for others.
    public var isRelay: Bool
    /// The names of the tensors that travel at a step and round; none where nothing does.
    public var tensorsDue: @Sendable (_ step: Int, _ round: Round) -> [String]
    /// The kind and shape that a tensor must have in a round; nil where any will do.
    public var form: @Sendable (_ tensor: String, _ round: Round) -> KnowledgeForm?

    /// - Parameters:
    ///   - keepsLate: only where it is optional: what is waited for is never late.
    ///   - tensorsDue: by default the logits, always.
    public init(
        _ peer: String, isOptional: Bool = false, keepsLate: Bool = false, isRelay: Bool = false,
        tensorsDue: @escaping @Sendable (_ step: Int, _ round: Round) -> [String] = { _, _ in
            ["logits"]
        },
        form: @escaping @Sendable (_ tensor: String, _ round: Round) -> KnowledgeForm? = { _, _ in
            nil
        }
    ) {
        self.peer = peer
        self.isOptional = isOptional
        self.keepsLate = keepsLate
        self.isRelay = isRelay
        self.tensorsDue = tensorsDue
        self.form = form
    }

    func tensorsDue(at slot: Slot) -> [String] { tensorsDue(slot.step, slot.round) }
}

/// What a tensor of knowledge must be to be used.
public struct KnowledgeForm: Hashable, Sendable {
    public var kind: KnowledgeKind
    public var shape: [Int]
    /// Of how many learners a sum may be at most.
    public var learners: Int

    public init(kind: KnowledgeKind, shape: [Int], learners: Int = 1) {
        self.kind = kind
        self.shape = shape
        self.learners = learners
    }
}
