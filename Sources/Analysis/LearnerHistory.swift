import Foundation
import Reporting

/// What a learner reported, each step once: where it was resumed, what it repeated counts in the
/// place of what it had done before.
public struct LearnerHistory: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// `student`, `teacher`, `assistant`; nil where it reported nothing.
    public private(set) var role: String?
    /// Its first start; nil where it has none.
    public private(set) var start: StartReport?
    /// How often it started.
    public private(set) var starts = 0
    /// How many steps there are in all, as its last start says.
    public private(set) var totalSteps: Int?
    /// In the order of their steps.
    public private(set) var intervals: [IntervalReport] = []
    /// In the order of their steps.
    public private(set) var epochs: [EpochReport] = []
    /// How its last start ended; nil where it goes on, or was killed.
    public private(set) var end: EndReport?
    /// What it was warned of, and what failed.
    public private(set) var warnings: [Notice] = []
    /// How many lines of its records hold none, so that what they said is missing here.
    public private(set) var unreadable = 0
    /// When it reported first, and last.
    public private(set) var times: ClosedRange<Date>?

    /// The history in a learner's records, in the order in which they were written.
    ///
    /// - Parameter unreadable: how many other lines of the file could not be read.
    public init(_ name: String, _ records: [Record], unreadable: Int = 0) {
        self.name = name
        self.unreadable = unreadable
        for record in records { add(record) }
    }

    /// How many steps are known to be done.
    public var steps: Int { end?.step ?? max(intervals.last?.step ?? 0, epochs.last?.step ?? 0) }

    private mutating func add(_ record: Record) {
        role = record.role
        times =
            min(
                times?.lowerBound ?? record.time, record.time)...max(
                times?.upperBound ?? record.time, record.time)
        switch record.body {
        case .start(let report): begin(report)
        case .interval(let report): intervals.append(report)
        case .epoch(let report): epochs.append(report)
        case .end(let report): end = report
        case .notice(let notice): if notice.level != .info { warnings.append(notice) }
        }
    }

    /// Begins, or goes on from a step, after which nothing counts that was reported before.
    private mutating func begin(_ report: StartReport) {
        start = start ?? report
        starts += 1
        totalSteps = report.totalSteps ?? totalSteps
        end = nil
        epochs.removeAll { $0.step > report.step }
        guard let place = intervals.firstIndex(where: { $0.step > report.step }) else { return }
        let cut = intervals[place].shortened(to: report.step)
        intervals.removeSubrange(place...)
        if let cut { intervals.append(cut) }
    }
}

extension LearnerHistory {
    /// The mean of a value over the steps of intervals that have it; nil where none has it.
    func mean(
        of intervals: ArraySlice<IntervalReport>? = nil, _ value: (IntervalReport) -> Double?
    ) -> Double? {
        var sum = 0.0
        var steps = 0
        for interval in intervals ?? self.intervals[...] {
            guard let found = value(interval), found.isFinite else { continue }
            sum += found * Double(interval.steps)
            steps += interval.steps
        }
        return steps > 0 ? sum / Double(steps) : nil
    }

    /// The steps that intervals report.
    var reportedSteps: Int { intervals.reduce(0) { $0 + $1.steps } }

    /// The first and the last third of the intervals: how something began, and what became of it.
    var thirds: (first: ArraySlice<IntervalReport>, last: ArraySlice<IntervalReport>) {
        let third = max(1, intervals.count / 3)
        return (intervals.prefix(third), intervals.suffix(third))
    }
}
