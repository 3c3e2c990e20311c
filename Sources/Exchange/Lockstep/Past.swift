/// What a learner's earlier lives left, as far as the exchange goes on with it.
package struct Past: Sendable {
    /// All that was published and is kept, ascending, with the size of each.
    package var published: [(slot: Slot, byteCount: Int)]
    /// How many steps were done.
    package var step: Int
    /// The steps after which the learner would go on if its newest checkpoint were damaged.
    package var oldest: Int
    /// As it was then; nil where there is none.
    package var state: ExchangeState?

    package init(
        published: [(slot: Slot, byteCount: Int)] = [], step: Int = 0, oldest: Int = 0,
        state: ExchangeState? = nil
    ) {
        self.published = published
        self.step = step
        self.oldest = oldest
        self.state = state
    }
}

/// What is kept for students that may have to be taught again.
struct Kept: Sendable {
    private(set) var slots: [Slot] = []
    private var sizes: [Int] = []
    private(set) var byteCount = 0

    init(_ published: [(slot: Slot, byteCount: Int)]) {
        for (slot, size) in published { add(slot, size) }
    }

    /// - Precondition: slots ascend.
    mutating func add(_ slot: Slot, _ size: Int) {
        slots.append(slot)
        sizes.append(size)
        byteCount += size
    }

    /// Whether it was published in an earlier life, or this one.
    func holds(_ slot: Slot) -> Bool {
        let place = slots.partitioningIndex { $0 >= slot }
        return place < slots.count && slots[place] == slot
    }

    mutating func release(before step: Int) {
        let count = slots.partitioningIndex { $0.step >= step }
        byteCount -= sizes[..<count].reduce(0, +)
        slots.removeFirst(count)
        sizes.removeFirst(count)
    }
}
