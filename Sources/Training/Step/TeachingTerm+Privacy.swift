import Distillation
import Reporting

extension TeachingTerm {
    /// What the term's private votes have spent; nil where it counts none.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this term's.
    package func privacy(in memory: Memory) throws -> PrivacyReport? {
        try combination.privacySpent(in: memory.combination).map { PrivacyReport($0) }
    }
}

extension PrivacyReport {
    /// The report of what was spent.
    init(_ spent: PrivacySpent) {
        self.init(
            epsilon: spent.epsilon, delta: spent.delta, limit: spent.limit,
            queries: spent.queries, answers: spent.answers,
            privateEpsilonByVotes: spent.epsilonByVotes)
    }
}
