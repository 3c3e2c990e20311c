import Bytes
import Foundation
import Launching
import Reporting
import Watching

/// Shows the progress of a launch: merges the learners' records into `convergence.log`, draws live
/// rows or lines on standard error, and writes `launcher.log`.
///
/// Whoever reads the progress may go away: then it is shown no more, and `launcher.log` says so.
package struct LaunchMonitor {
    package private(set) var progress = LaunchProgress()
    private var convergence: any Sink
    private let log: LineOutput
    private let terminal: ProgressTerminal
    private var display: ProgressDisplay?
    /// The part of the run in which each learner trains.
    private let parts: [String: RunPart]
    private let now: @Sendable () -> Date
    private let elapsed: @Sendable () -> Double
    private let size: @Sendable () -> TerminalSize?

    /// How often the progress is looked at where nothing happens.
    package static let tick = Duration.milliseconds(500)

    /// - Parameters:
    ///   - parts: the part of the run in which each learner trains; the cohort's by default.
    ///   - display: how progress is shown; nil for not at all.
    ///   - terminal: where it is shown.
    ///   - size: how much the terminal shows now; nil where that is not known.
    ///   - now: the time, for the log.
    ///   - elapsed: seconds from any moment on, which nobody sets back.
    /// - Throws: ``DiskError`` where a log cannot be opened.
    package init(
        _ learners: [String], of parts: [String: RunPart] = [:], in directory: RunDirectory,
        _ display: ProgressDisplay?,
        on terminal: ProgressTerminal = ProgressTerminal(),
        size: @escaping @Sendable () -> TerminalSize? = { nil },
        now: @escaping @Sendable () -> Date = { Date() },
        elapsed: @escaping @Sendable () -> Double = Self.sinceNow()
    ) throws {
        let place = SinkPlace(run: directory, learner: "launcher", learners: learners)
        convergence = try SinkRegistry.make(["convergence"], at: place)[0]
        log = try LineOutput(appendingTo: directory.launcherLog)
        (self.terminal, self.parts) = (terminal, parts)
        (self.now, self.elapsed, self.size) = (now, elapsed, size)
        self.display = display
        guard let problem = terminal.problem, display != nil else { return }
        self.display = nil
        try note("progress is not shown: \(problem)")
    }

    /// A clock that begins now.
    package static func sinceNow() -> @Sendable () -> Double {
        let start = ContinuousClock.now
        return { (ContinuousClock.now - start) / .seconds(1) }
    }

    /// Begins with what a learner of a resumed run reported before.
    mutating func restore(_ epoch: EpochReport, of learner: String) {
        progress.restore(epoch, of: learner)
    }

    /// Takes an event in, and shows it.
    ///
    /// - Throws: ``DiskError`` where a log cannot be written.
    package mutating func handle(_ event: ProcessEvent) throws {
        switch progress.add(event) {
        case .nothing: try show { $0.refresh(at: $1) }
        case .note(let line): try note(line)
        case .message(let line):
            try note(line)
            try show { display, _ in display.add(line) }
        case .record(let record):
            try convergence.write(record)
            let part = parts[record.learner, default: .cohort]
            try show { $0.show(record, in: part, at: $1) }
        }
    }

    /// Shows what was held back, and leaves the terminal to what is printed next.
    package mutating func finish() throws {
        try show { display, _ in display.finish() }
    }

    private mutating func show(_ text: (inout ProgressDisplay, Double) -> String) throws {
        guard var display else { return }
        if let size = size() { display.resize(to: size) }
        let text = text(&display, elapsed())
        self.display = display
        guard !text.isEmpty else { return }
        do throws(DiskError) { try terminal.write(text) } catch {
            self.display = nil
            try note("progress is not shown any more: \(error)")
        }
    }

    private func note(_ line: String) throws {
        try log.write(["\(now().formatted(.iso8601)) \(line)"])
    }
}
