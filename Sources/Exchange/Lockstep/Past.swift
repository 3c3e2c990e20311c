/// What a learner's earlier lives left, as far as the exchange goes on with it.
package struct Past: Sendable {
    /// All that was published and is kept, ascending, with the bytes of each.
    package var published: [(stepRound: StepRound, byteCount: Int)]
    /// How many steps were done.
    package var step: Int
    /// The steps after which the learner would go on if its newest checkpoint were damaged.
    package var oldest: Int
    /// As it was then; nil where there is none.
    package var state: ExchangeState?

    /// A past; by default there is none.
    package init(
        published: [(stepRound: StepRound, byteCount: Int)] = [], step: Int = 0, oldest: Int = 0,
        state: ExchangeState? = nil
    ) {
        self.published = published
        self.step = step
        self.oldest = oldest
        self.state = state
    }
}
