import Bytes
import Launching
import Reporting

/// What a learner reported first and last.
package struct LearnerResult: Hashable, Sendable {
    /// Its first report; nil where it did not come so far.
    package var start: StartReport?
    /// Its last report of an epoch.
    package var epoch: EpochReport?
    /// Its last report.
    package var end: EndReport?

    /// A learner that has reported nothing yet.
    package init() {}

    /// Replaces the report of the same kind.
    package mutating func add(_ body: Record.Body) {
        switch body {
        case .start(let report): start = report
        case .epoch(let report): epoch = report
        case .end(let report): end = report
        case .interval, .notice: break
        }
    }
}

/// What the processes of a launch have reported so far, and which of them failed first.
///
/// A pure value: each event returns what is to be shown. `LaunchMonitor` shows it.
package struct LaunchProgress: Sendable {
    /// What is to be shown.
    package enum Output: Hashable, Sendable {
        /// A line for the launcher's log alone.
        case note(String)
        /// A line for the log and for the terminal.
        case message(String)
        /// A learner's record.
        case record(Record)
        /// Nothing new.
        case nothing
    }

    /// What each learner has reported.
    package private(set) var results: [String: LearnerResult] = [:]
    /// The process of which the first report of a failure came, be it its own or its exit status.
    private var firstReported: String?

    /// Nothing has been reported yet.
    package init() {}

    /// The process that failed first, by itself: not as another one left.
    package var firstFailure: String? {
        firstReported.map {
            EndReport.origin(ofFailure: $0, among: results.compactMapValues(\.end))
        }
    }

    /// The learner without which the process that failed first could not go on; nil where it failed
    /// by itself.
    package var departed: String? { firstFailure.flatMap { results[$0]?.end?.departed } }

    /// Begins with what a learner of a resumed run reported before.
    package mutating func restore(_ epoch: EpochReport, of learner: String) {
        results[learner, default: .init()].epoch = epoch
    }

    /// Takes an event in.
    package mutating func add(_ event: ProcessEvent) -> Output {
        switch event {
        case .started(let name, let process): return .note("started '\(name)', process \(process)")
        case .output(let name, let line):
            guard let record = JSONLines.record(line) else { return .message("\(name): \(line)") }
            add(record)
            return .record(record)
        case .error(let name, let line): return .message("\(name): \(line)")
        case .ended(let end):
            if end.isFailure { firstReported = firstReported ?? end.name }
            return .note("\(end)")
        case .restarting(let end, let limit):
            if firstReported == end.name { firstReported = nil }
            return .message("\(end); starting it again (\(end.restarts + 1) of \(limit))")
        case .lost(let end): return .message("\(end); the others go on without it")
        case .stopping(let reason): return .message("stopping all: \(reason)")
        case .tick: return .nothing
        }
    }

    private mutating func add(_ record: Record) {
        results[record.learner, default: .init()].add(record.body)
        if case .end(let report) = record.body, report.exitCode != .success {
            firstReported = firstReported ?? record.learner
        }
    }
}
