import CohortGraph

/// Whose knowledge was used at a slot: what one life of a learner decided, and a later one does again.
public struct Attendance: Hashable, Sendable {
    /// Knowledge of an earlier slot.
    public struct Late: Hashable, Sendable {
        public var name: String
        public var slot: Slot

        public init(name: String, slot: Slot) {
            self.name = name
            self.slot = slot
        }
    }

    /// Those whose knowledge of the slot itself was there in time.
    public var taught: [String]
    /// What had come too late for its own slot, and was taken in at this one; of each teacher ascending.
    /// It is written down where it was taken in, and not gathered again.
    public var late: [Late]

    public init(taught: [String] = [], late: [Late] = []) {
        self.taught = taught
        self.late = late
    }

    public init(_ gathering: Gathering) {
        taught = gathering.knowledge.map(\.sender)
        late = gathering.late.map { Late(name: $0.sender, slot: Slot($0.knowledge)) }
    }
}
