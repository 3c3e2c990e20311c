/// Values by step and round: a few, so that a search through them is faster than hashing.
package struct ByStepRound<Value: Sendable>: Sendable {
    private var entries: [(stepRound: StepRound, value: Value)] = []

    /// How many values there are.
    package var count: Int { entries.count }
    /// The keys, in the order of setting.
    package var stepRounds: [StepRound] { entries.map(\.stepRound) }

    /// The value at a step and round; nil where there is none.
    package subscript(stepRound: StepRound) -> Value? {
        get { entries.first { $0.stepRound == stepRound }?.value }
        set {
            entries.removeAll { $0.stepRound == stepRound }
            if let newValue { entries.append((stepRound, newValue)) }
        }
    }

    /// Whether there is a value.
    package func holds(_ stepRound: StepRound) -> Bool {
        entries.contains { $0.stepRound == stepRound }
    }

    /// Whether there is a value at `stepRound` or before it.
    package func holds(upTo stepRound: StepRound) -> Bool {
        entries.contains { $0.stepRound <= stepRound }
    }

    /// Removes the values up to and with `stepRound`.
    package mutating func remove(upTo stepRound: StepRound) {
        entries.removeAll { $0.stepRound <= stepRound }
    }
}
