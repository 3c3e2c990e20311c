/// Values by slot: a few, so that to look through them is faster than to hash.
struct BySlot<Value: Sendable>: Sendable {
    private var kept: [(slot: Slot, value: Value)] = []

    var count: Int { kept.count }
    var slots: [Slot] { kept.map(\.slot) }

    subscript(slot: Slot) -> Value? {
        get { kept.first { $0.slot == slot }?.value }
        set {
            kept.removeAll { $0.slot == slot }
            if let newValue { kept.append((slot, newValue)) }
        }
    }

    func holds(_ slot: Slot) -> Bool { kept.contains { $0.slot == slot } }

    mutating func remove(upTo slot: Slot) { kept.removeAll { $0.slot <= slot } }
}
