import Experiment
import Testing

/// The steps that a journal holds, against a count of what is published step by step.
@Suite(.timeLimit(.minutes(1))) struct JournalBudgetTests {
    /// Every step publishes `batch` bytes, every `every`-th one `feature` more, and every
    /// `period`-th one `evaluation` more.
    @Test(arguments: [
        (batch: 700, feature: 0, every: 1, evaluation: 0, period: 8, limit: 100_000),
        (700, 0, 1, 21_600, 8, 300_000), (0, 50_000, 10, 400_000, 468, 4_000_000),
        (5_000, 2_000_000, 7, 0, 1, 33_554_432), (5_000, 100, 3, 400_000, 40, 268_435_456),
    ])
    func anyRowOfSoManyStepsFits(
        batch: Int, feature: Int, every: Int, evaluation: Int, period: Int, limit: Int
    ) {
        var budget = JournalBudget(limit: limit)
        budget.add(batch, share: 1)
        budget.add(feature, share: 1 / Double(every))
        budget.add(evaluation, share: 1 / Double(period), often: 2)
        func bytes(_ step: Int) -> Int {
            batch + (step.isMultiple(of: every) ? feature : 0)
                + (step.isMultiple(of: period) ? evaluation : 0)
        }
        let fewest =
            (0..<every * period).map { first in
                var (sum, step) = (0, first)
                while sum + bytes(step) <= limit {
                    sum += bytes(step)
                    step += 1
                }
                return step - first
            }.min() ?? 0
        #expect(budget.steps <= fewest)
        #expect(Double(budget.steps) > 0.7 * Double(fewest) - 2)
        #expect(budget.bytes(toHold: budget.steps) <= Double(limit))
    }
}
