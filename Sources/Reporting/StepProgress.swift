import Foundation

/// How far a learner has come, and how long the rest takes at its present pace.
///
/// The pace is that since the learner's last start, so that steps that an earlier start did take no
/// time, and the wait for the others to join does not count.
public struct StepProgress: Hashable, Sendable {
    /// How many steps there are in all; nil where that is not known.
    public private(set) var total: Int?
    /// How many are done.
    public private(set) var step = 0
    /// Where the pace is measured from.
    private var origin: (step: Int, time: Date)? {
        get { originStep.flatMap { step in originTime.map { (step, $0) } } }
        set { (originStep, originTime) = (newValue?.step, newValue?.time) }
    }
    private var originStep: Int?
    private var originTime: Date?
    private var time: Date?

    /// A learner that has not reported yet.
    public init() {}

    /// Takes a record of the learner in.
    public mutating func add(_ record: Record) {
        switch record.body {
        case .start(let report):
            self = StepProgress()
            (total, step) = (report.totalSteps, report.step)
        case .interval(let report):
            let began = record.time - Double(report.steps) * report.stepSeconds
            reached(report.step, at: record.time, from: (report.step - report.steps, began))
        case .epoch(let report):
            reached(report.step, at: record.time, from: (report.step, record.time))
        case .end, .notice: break
        }
    }

    private mutating func reached(
        _ step: Int, at time: Date, from origin: (step: Int, time: Date)
    ) {
        self.origin = self.origin ?? origin
        (self.step, self.time) = (step, time)
    }

    /// Seconds until the last step; nil where the pace or the end is not known yet.
    public var secondsLeft: Double? {
        guard let total, let time, let origin, step > origin.step, total >= step else {
            return nil
        }
        let pace = time.timeIntervalSince(origin.time) / Double(step - origin.step)
        return Double(total - step) * max(0, pace)
    }

    /// `204 of 600 steps, 0:12 left`; nil where the number of steps is not known.
    public var text: String? {
        guard let total else { return nil }
        return "\(step) of \(total) steps"
            + (secondsLeft.map { ", \(Text.duration($0)) left" } ?? "")
    }
}
