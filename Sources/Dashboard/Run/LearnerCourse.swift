import Foundation
import Reporting

/// What is known of one learner: its newest reports, and its curves.
struct LearnerCourse: Sendable {
    private(set) var role = ""
    private(set) var start: StartReport?
    private(set) var interval: IntervalReport?
    private(set) var epoch: EpochReport?
    private(set) var end: EndReport?
    /// Of its last test, with the last change; nil where it tells no classes.
    private(set) var scores: (report: ClassScores?, revision: Int) = (nil, 0)
    /// Steps done, as far as they are reported.
    private(set) var step = 0
    /// A curve for each of ``Metric/all``.
    private(set) var series: [DecimatedSeries]
    /// Seconds since its first record, by step.
    private(set) var clock: DecimatedSeries
    /// The last change.
    private(set) var revision = 0
    private var begun: Date?

    /// Nothing is known yet.
    init(capacity: Int) {
        series = Metric.all.map { _ in DecimatedSeries(capacity: capacity) }
        clock = DecimatedSeries(capacity: capacity)
    }

    /// The number of steps in one epoch; nil before the first epoch ended.
    var stepsPerEpoch: Double? { epoch.map { Double($0.step) / Double(max(1, $0.epoch)) } }

    /// The accuracy at its last test.
    var testAccuracy: Double? { end?.testAccuracy ?? epoch?.testAccuracy }

    /// Keeps so many buckets of each curve.
    mutating func reduce(to count: Int) {
        for place in series.indices { series[place].reduce(to: count) }
        clock.reduce(to: count)
    }

    /// Takes a record of the learner.
    mutating func add(_ record: Record, revision: Int) {
        begun = begun ?? record.time
        role = record.role
        self.revision = revision
        switch record.body {
        case .start(let report):
            (start, end, step) = (report, nil, report.step)
            dropLater()
        case .interval(let report): (interval, step) = (report, report.step)
        case .epoch(let report):
            (epoch, step) = (report, report.step)
            scores = (report.scores, revision)
        case .end(let report): (end, step) = (report, report.step)
        case .notice: return
        }
        draw(record.body, after: record.time.timeIntervalSince(begun ?? record.time))
    }

    /// Drops what was reported of the steps that the learner repeats.
    private mutating func dropLater() {
        interval = interval.flatMap { $0.step > step ? nil : $0 }
        if let last = epoch, last.step > step {
            epoch = nil
            scores = (nil, revision)
        }
        for place in series.indices { series[place].drop(after: step, revision: revision) }
        clock.drop(after: step, revision: revision)
    }

    private mutating func draw(_ body: Record.Body, after seconds: Double) {
        for (place, metric) in Metric.all.enumerated() {
            guard let value = metric.value(body) else { continue }
            series[place].add(value, at: step, revision: revision)
            if clock.latest?.step != step { clock.add(seconds, at: step, revision: revision) }
        }
    }
}
