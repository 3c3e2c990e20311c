import Foundation
import Launching
import Reporting

/// Shows the progress of a launch: merges the learners' records into `convergence.log`, draws live
/// rows or lines on standard error, and writes `launcher.log`.
struct LaunchMonitor {
    private(set) var progress = LaunchProgress()
    private var convergence: any Sink
    private var console: any Sink
    private let log: LineOutput
    private var rows: LiveRows?
    private let terminal = LineOutput(.standardError, named: "standard error")

    /// - Throws: ``DiskError`` where a log cannot be opened.
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

    /// Begins with what a learner of a resumed run reported before.
    mutating func restore(_ epoch: EpochReport, of learner: String) {
        progress.restore(epoch, of: learner)
    }

    /// Takes an event in, and shows it.
    ///
    /// - Throws: ``DiskError`` where a log cannot be written.
    mutating func handle(_ event: ProcessEvent) throws {
        switch progress.add(event) {
        case .note(let line): try note(line)
        case .message(let line):
            try note(line)
            try terminal.write(text: rows?.add(line) ?? line + "\n")
        case .record(let record): try show(record)
        }
    }

    /// Leaves the terminal to what is printed next.
    mutating func finish() {
        rows?.finish()
    }

    private mutating func show(_ record: Record) throws {
        try convergence.write(record)
        if let text = rows?.show(record) {
            try terminal.write(text: text)
        } else if !record.body.isInterval {
            try console.write(record)
        }
    }

    private func note(_ line: String) throws {
        let time = Date().formatted(.iso8601)
        try log.write(["\(time) \(line)"])
    }
}

extension Record.Body {
    /// Whether it is one of the many reports between two evaluations.
    fileprivate var isInterval: Bool {
        if case .interval = self { true } else { false }
    }
}
