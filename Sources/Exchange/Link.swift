import CohortGraph

/// One direction of teaching between a learner and a neighbour: what travels, and when.
///
/// Both ends derive it from the configuration. So nothing is sent that nobody uses, and nobody
/// waits for a message that is never sent.
public struct Link: Sendable {
    /// The neighbour at the other end.
    public var peer: String
    /// Whether the student goes on without knowledge that does not arrive.
    public var isOptional: Bool
    /// Whether the student uses knowledge that arrives after the step that it belongs to. Only an
    /// optional link can have late knowledge.
    public var acceptsLate: Bool
    /// Whether the neighbour is a relay. A relay is never blamed for a stall: it waits for others
    /// itself.
    public var isRelay: Bool
    /// The form of the samples that travel to who lacks them; nil where none do.
    public var inputs: InputForm?
    /// The names of the tensors that travel at a step and round; none where nothing does.
    public var tensorsDue: @Sendable (_ step: Int, _ round: Round) -> [String]
    /// The contract of a tensor in a round; nil where any kind and shape will do.
    public var contract: @Sendable (_ tensor: String, _ round: Round) -> TensorContract?

    /// A link to or from `peer`.
    ///
    /// - Parameters:
    ///   - acceptsLate: only where the link is optional.
    ///   - tensorsDue: by default the logits, at every step and round.
    public init(
        _ peer: String, isOptional: Bool = false, acceptsLate: Bool = false, isRelay: Bool = false,
        inputs: InputForm? = nil,
        tensorsDue: @escaping @Sendable (_ step: Int, _ round: Round) -> [String] = { _, _ in
            ["logits"]
        },
        contract:
            @escaping @Sendable (_ tensor: String, _ round: Round) -> TensorContract? = { _, _ in
                nil
            }
    ) {
        self.peer = peer
        self.isOptional = isOptional
        self.acceptsLate = acceptsLate
        self.isRelay = isRelay
        self.inputs = inputs
        self.tensorsDue = tensorsDue
        self.contract = contract
    }

    func tensorsDue(at stepRound: StepRound) -> [String] {
        tensorsDue(stepRound.step, stepRound.round)
    }
}
