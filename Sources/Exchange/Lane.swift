import CohortGraph

/// One direction of teaching between a learner and a neighbour: what travels, and when.
///
/// Both ends know it from the configuration, so that nothing is sent that nobody uses, and nobody
/// waits for what is not sent.
public struct Lane: Sendable {
    /// The neighbour at the other end.
    public var peer: String
    /// Whether the pupil goes on without what does not come.
    public var isOptional: Bool
    /// The names of the tensors that travel at a step and phase; none where nothing does.
    public var cargo: @Sendable (_ step: Int, _ phase: Phase) -> [String]

    /// - Parameter cargo: by default the logits, always.
    public init(
        _ peer: String, isOptional: Bool = false,
        cargo: @escaping @Sendable (_ step: Int, _ phase: Phase) -> [String] = { _, _ in ["logits"]
        }
    ) {
        self.peer = peer
        self.isOptional = isOptional
        self.cargo = cargo
    }

    func cargo(at slot: Slot) -> [String] { cargo(slot.step, slot.phase) }
}
