import Foundation
import Reporting

/// What the view shows of one learner: the newest number of each kind, and how the loss moved.
struct LearnerRow: Hashable, Sendable {
    /// What the learner does.
    enum Phase: Hashable, Sendable {
        case waiting, training
        case ended(EndReport)
    }

    private(set) var phase = Phase.waiting
    private(set) var steps = StepProgress()
    private(set) var interval: IntervalReport?
    private(set) var epoch: EpochReport?
    /// By how much the task loss moved from the interval before.
    private(set) var lossChange: Double?
    private(set) var trend = Trend()
    /// The test accuracy after each step at which it was tested.
    private(set) var accuracies: [Int: Double] = [:]
    /// When the newest number came, in seconds from any moment on.
    private(set) var changedAt: Double?

    /// Takes a record of the learner in.
    mutating func add(_ record: Record, at now: Double) {
        steps.add(record)
        switch record.body {
        case .start(let report): start(after: report.step)
        case .interval(let report): add(report)
        case .epoch(let report):
            phase = .training
            epoch = report
            accuracies[report.step] = report.testAccuracy
        case .end(let report): phase = .ended(report)
        case .notice: return
        }
        changedAt = now
    }

    /// Forgets the steps that the learner repeats.
    private mutating func start(after step: Int) {
        phase = .training
        trend.forget(after: step)
        accuracies = accuracies.filter { $0.key <= step }
        if let report = interval, report.step > step { (interval, lossChange) = (nil, nil) }
        if let report = epoch, report.step > step { epoch = nil }
    }

    private mutating func add(_ report: IntervalReport) {
        phase = .training
        if let loss = report.taskLoss {
            lossChange = interval?.taskLoss.map { loss - $0 }
            trend.add(loss, at: report.step)
        }
        interval = report
    }

    /// In 0...1: of the final weights where the learner has ended, of the last test otherwise.
    var accuracy: Double? {
        if case .ended(let report) = phase, let accuracy = report.testAccuracy { return accuracy }
        return epoch?.testAccuracy
    }

    /// By how much the learner is better than the same student alone, in percentage points: in the
    /// end where both have ended, otherwise after the last step at which both were tested.
    func gain(over alone: LearnerRow) -> Double? {
        if case .ended = phase, case .ended = alone.phase, let accuracy,
            let other = alone.accuracy
        {
            return (accuracy - other) * 100
        }
        let shared = alone.accuracies.keys.filter { accuracies[$0] != nil }.max()
        return shared.flatMap { step in
            accuracies[step].flatMap { own in alone.accuracies[step].map { (own - $0) * 100 } }
        }
    }
}
