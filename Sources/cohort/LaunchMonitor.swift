import Foundation
import Launching
import Reporting

/// What a learner reported first and last.
struct LearnerResult {
    var start: StartReport?
    var epoch: EpochReport?
    var end: EndReport?
}

/// Watches the processes of a launch: merges their records into `convergence.log`, shows progress on
/// standard error, and keeps what the summary needs.
struct LaunchMonitor {
    private(set) var results: [String: LearnerResult] = [:]
    /// Who was first heard to fail, by its own word or by the end of its process.
    private var firstHeard: String?
    private var convergence: any Sink
    private var console: any Sink
    private let log: LineOutput
    private var rows: LiveRows?
    private let terminal = LineOutput(.standardError, named: "standard error")

    init(_ learners: [String], in directory: RunDirectory) async throws {
        let place = SinkPlace(run: directory, learner: "launcher", learners: learners)
        convergence = try SinkRegistry.make(["convergence"], at: place)[0]
        console = try SinkRegistry.make(["console"], at: place)[0]
        log = try LineOutput(appendingTo: directory.launcherLog)
        if Terminal.isAttached {
            let size = await Terminal.size().map {
                TerminalSize(rows: $0.rows, columns: $0.columns)
            }
            rows = LiveRows(learners: learners, size: size ?? TerminalSize())
        }
    }

    /// Who failed first, by itself.
    var firstFailure: String? {
        firstHeard.map { EndReport.origin(ofFailure: $0, among: results.compactMapValues(\.end)) }
    }

    /// What learners of a run that is resumed were before.
    mutating func remember(_ epoch: EpochReport, of learner: String) {
        results[learner, default: .init()].epoch = epoch
    }

    mutating func handle(_ event: ProcessEvent) throws {
        switch event {
        case .started(let name, let process):
            try note("started '\(name)', process \(process)")
        case .output(let name, let line):
            if let record = JSONLines.record(line) {
                try take(record)
            } else {
                try say("\(name): \(line)")
            }
        case .error(let name, let line): try say("\(name): \(line)")
        case .ended(let end):
            if end.isFailure { firstHeard = firstHeard ?? end.name }
            try note("\(end)")
        case .restarting(let end, let limit):
            if firstHeard == end.name { firstHeard = nil }
            try say("\(end); starting it again (\(end.restarts + 1) of \(limit))")
        case .lost(let end): try say("\(end); the others go on without it")
        case .stopping(let reason): try say("stopping all: \(reason)")
        }
    }

    /// Leaves the terminal to whoever prints next.
    mutating func finish() {
        rows?.finish()
    }

    private mutating func take(_ record: Record) throws {
        switch record.body {
        case .start(let report): results[record.learner, default: .init()].start = report
        case .epoch(let report): results[record.learner, default: .init()].epoch = report
        case .end(let report):
            results[record.learner, default: .init()].end = report
            if report.exitCode != .success { firstHeard = firstHeard ?? record.learner }
        case .interval, .notice: break
        }
        try convergence.write(record)
        if let text = rows?.show(record) {
            try terminal.write(text: text)
        } else if !record.body.isInterval {
            try console.write(record)
        }
    }

    /// A line for people, above the live rows, and for the log.
    private mutating func say(_ line: String) throws {
        try note(line)
        try terminal.write(text: rows?.add(line) ?? line + "\n")
    }

    private func note(_ line: String) throws {
        let time = Date().formatted(.iso8601)
        try log.write(["\(time) \(line)"])
    }
}

extension Record.Body {
    /// One of the many reports between two evaluations.
    fileprivate var isInterval: Bool {
        if case .interval = self { true } else { false }
    }
}
