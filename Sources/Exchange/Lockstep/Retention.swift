/// What was published and is kept for students that may have to receive it again.
///
/// Invariants: steps and rounds ascend, and the frontier is beyond all of them. A step that was
/// released may still be published, where its publisher is behind the checkpoints of its students.
package struct Retention: Sendable {
    /// What is kept, ascending.
    package private(set) var stepRounds: [StepRound] = []
    private var sizes: [Int] = []
    /// The bytes of all that is kept.
    package private(set) var byteCount = 0
    /// Nothing of earlier steps can be recalled.
    package private(set) var released: Int
    /// Nothing of this step or later ones was published, in any life.
    package private(set) var frontier: Int

    /// Nothing is kept, and nothing of steps before `step` can be.
    package init(from step: Int = 0) {
        released = step
        frontier = step
    }

    /// What earlier lives published.
    package init(_ past: Past) {
        let first = past.published.first?.stepRound.step
        released = min(past.oldest, first ?? past.oldest)
        frontier = past.step
        for (stepRound, size) in past.published { add(stepRound, size) }
    }

    /// Keeps what was published.
    ///
    /// - Precondition: steps and rounds ascend.
    package mutating func add(_ stepRound: StepRound, _ size: Int) {
        stepRounds.append(stepRound)
        sizes.append(size)
        byteCount += size
        frontier = max(frontier, stepRound.step + 1)
    }

    /// Whether it was published in an earlier life, or this one, and is kept.
    package func holds(_ stepRound: StepRound) -> Bool {
        let index = stepRounds.partitioningIndex { $0 >= stepRound }
        return index < stepRounds.count && stepRounds[index] == stepRound
    }

    /// Whether something of `size` bytes can be kept too; the first always can.
    package func hasRoom(for size: Int, limit: Int) -> Bool {
        byteCount == 0 || byteCount + size <= limit
    }

    /// The steps from `stepRound` on of which something may have been published and is not kept.
    package func lost(from stepRound: StepRound) -> Range<Int> {
        let end = min(released, frontier)
        return min(stepRound.step, end)..<end
    }

    /// Removes what is of earlier steps than `step`.
    package mutating func release(before step: Int) {
        released = step
        let count = stepRounds.partitioningIndex { $0.step >= step }
        byteCount -= sizes[..<count].reduce(0, +)
        stepRounds.removeFirst(count)
        sizes.removeFirst(count)
    }

    /// What contradicts itself in this value; nil where nothing does. It looks at the ends alone,
    /// so that it can be asked often.
    package var contradiction: String? {
        if sizes.count != stepRounds.count || sizes.isEmpty != (byteCount == 0) {
            return "what is kept is counted wrongly"
        }
        guard let last = stepRounds.last else { return nil }
        if stepRounds.count > 1, stepRounds[stepRounds.count - 2] >= last {
            return "what is kept does not ascend"
        }
        return frontier > last.step ? nil : "what is kept is beyond the frontier"
    }
}
