import Bytes
import Launching
import Reporting

/// How much of the progress is shown.
package enum ProgressAmount: String, CaseIterable, Sendable {
    /// As much as a person can read: rows on a terminal, elsewhere at most one line a second of
    /// each learner.
    case auto
    /// A line for every evaluation.
    case all
    /// Messages alone.
    case none
}

/// The text that shows the progress of a launch. A value: times are handed in.
package enum ProgressDisplay: Sendable {
    /// Rows at the bottom of a terminal.
    case rows(LiveRows)
    /// One line after another.
    case lines(ProgressLines)

    /// What suits standard error.
    package init(_ amount: ProgressAmount, learners: [String]) async {
        guard amount == .auto, Terminal.isAttached else {
            self = .lines(ProgressLines(amount))
            return
        }
        let size = await Terminal.size().map { TerminalSize(rows: $0.rows, columns: $0.columns) }
        self = .rows(LiveRows(learners: learners, size: size ?? TerminalSize()))
    }

    /// The text that shows a record, if it is due.
    ///
    /// - Parameter now: seconds from any moment on.
    mutating func show(_ record: Record, at now: Double) -> String {
        change { rows in
            rows.show(record, at: now)
        } or: {
            $0.show(record, at: now)
        }
    }

    /// The text of what has become due.
    mutating func refresh(at now: Double) -> String {
        change { rows in
            rows.refresh(at: now)
        } or: {
            $0.refresh(at: now)
        }
    }

    /// The text that adds a message.
    mutating func add(_ line: String) -> String {
        change { rows in
            rows.add(line)
        } or: { _ in
            line + "\n"
        }
    }

    /// The text that was held back.
    mutating func finish() -> String {
        change { rows in
            rows.finish()
        } or: {
            $0.finish()
        }
    }

    private mutating func change(
        _ rows: (inout LiveRows) -> String, or lines: (inout ProgressLines) -> String
    ) -> String {
        switch self {
        case .rows(var value):
            let text = rows(&value)
            self = .rows(value)
            return text
        case .lines(var value):
            let text = lines(&value)
            self = .lines(value)
            return text
        }
    }
}

/// Progress as lines for people, each with the steps that are done and the time that is left.
package struct ProgressLines: Sendable {
    private let amount: ProgressAmount
    private var pace = ProgressPace()
    private var steps: [String: StepProgress] = [:]

    /// No line has been shown.
    package init(_ amount: ProgressAmount) { self.amount = amount }

    /// The lines that a record makes due, each with its end.
    package mutating func show(_ record: Record, at now: Double) -> String {
        steps[record.learner, default: StepProgress()].add(record)
        switch (amount, record.body) {
        case (.none, .notice): return text([record])
        case (.none, _), (.all, .interval): return ""
        case (.all, _): return text([record])
        case (.auto, _): return text(pace.take(record, at: now))
        }
    }

    /// The lines that have become due.
    package mutating func refresh(at now: Double) -> String { text(pace.due(at: now)) }

    /// The lines that were held back.
    package mutating func finish() -> String { text(pace.due(at: 0, isLast: true)) }

    private func text(_ records: [Record]) -> String {
        var renderer = ConsoleRenderer()
        return records.flatMap { record in
            renderer.lines(for: record).map { $0 + suffix(of: record) + "\n" }
        }.joined()
    }

    /// How far the learner is now, which may be further than a line that was held back.
    private func suffix(of record: Record) -> String {
        switch record.body {
        case .interval, .epoch: steps[record.learner]?.text.map { "; \($0)" } ?? ""
        case .start, .end, .notice: ""
        }
    }
}

/// Standard error as the place of progress, or a test's stand-in for it.
package struct ProgressTerminal: Sendable {
    private let output: LineOutput
    /// Why nothing that is written reaches anybody; nil where it does.
    let problem: String?

    /// Standard error.
    package init() {
        output = LineOutput(.standardError, named: "standard error")
        problem = StandardStreams.hasError ? nil : "standard error is closed"
    }

    /// Another output.
    package init(_ output: LineOutput) {
        self.output = output
        problem = nil
    }

    func write(_ text: String) throws(DiskError) { try output.write(text: text) }
}
