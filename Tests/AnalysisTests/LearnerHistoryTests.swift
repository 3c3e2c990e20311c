import Analysis
import Foundation
import Reporting
import Testing

/// What counts of a learner that was resumed.
struct LearnerHistoryTests {
    private func history(_ bodies: [Record.Body]) -> LearnerHistory {
        LearnerHistory("a", bodies.map { Histories.record($0) })
    }

    private func intervals(_ steps: Int...) -> [Record.Body] {
        steps.map { .interval(Histories.interval($0)) }
    }

    @Test func repeatedStepsCountOnce() {
        let epoch = Histories.epoch(1, 20, accuracy: 0.5)
        let later = Histories.epoch(2, 40, accuracy: 0.6)
        let again = Histories.epoch(2, 40, accuracy: 0.7)
        let found = history(
            [Histories.start()] + intervals(10, 20, 30, 40) + [.epoch(epoch), .epoch(later)]
                + [Histories.start(at: 20)] + intervals(30, 40, 50) + [.epoch(again)]
                + [Histories.end(50, accuracy: 0.8)])
        #expect(found.intervals.map(\.step) == [10, 20, 30, 40, 50])
        #expect(found.epochs == [epoch, again])
        #expect(found.starts == 2 && found.steps == 50)
        #expect(found.end?.testAccuracy == 0.8)
    }

    /// A checkpoint in the middle of an interval: steps 21 to 25 counted, 26 to 30 are done again.
    @Test func anIntervalThatACheckpointDividesCountsInPart() {
        var rest = Histories.interval(30)
        rest.steps = 5
        let found = history(
            [Histories.start()] + intervals(10, 20, 30) + [Histories.start(at: 25)]
                + [.interval(rest)])
        #expect(found.intervals.map(\.step) == [10, 20, 25, 30])
        #expect(found.intervals.map(\.steps) == [10, 10, 5, 5])
        #expect(found.intervals[2].bytesFrom == ["b": 500])
    }

    @Test func anEndThatWasGoneOnFromIsNoEnd() {
        let found = history(
            [Histories.start()] + intervals(10) + [Histories.end(10, accuracy: 0.5)]
                + [Histories.start(at: 10)] + intervals(20))
        #expect(found.end == nil && found.steps == 20)
        #expect(found.intervals.map(\.step) == [10, 20])
    }

    /// Begun anew, nothing of before counts.
    @Test func aStartFromTheBeginningForgetsAll() {
        let found = history(
            [Histories.start()] + intervals(10, 20) + [Histories.start()] + intervals(10))
        #expect(found.intervals.map(\.step) == [10])
    }

    @Test func aFolderThatIsNoRunIsRefused() {
        #expect(throws: (any Error).self) {
            try RunHistory(RunDirectory(path: "/nowhere/at/all"))
        }
    }
}
