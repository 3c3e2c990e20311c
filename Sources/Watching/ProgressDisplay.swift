import Reporting

/// The text that shows the progress of a run. A value: times are handed in.
public enum ProgressDisplay: Sendable {
    /// Rows at the bottom of a terminal.
    case rows(LiveRows)
    /// One line after another.
    case lines(ProgressLines)

    /// Whether it draws in place, so that it depends on the terminal.
    public var isDrawn: Bool { if case .rows = self { true } else { false } }

    /// The text that shows a record, if it is due.
    ///
    /// - Parameters:
    ///   - part: the part of the run that the record is of.
    ///   - now: seconds from any moment on.
    public mutating func show(
        _ record: Record, in part: RunPart = .cohort, at now: Double
    ) -> String {
        change { rows in
            rows.show(record, in: part, at: now)
        } or: {
            $0.show(record, in: part, at: now)
        }
    }

    /// The text of what has become due.
    public mutating func refresh(at now: Double) -> String {
        change { rows in
            rows.refresh(at: now)
        } or: {
            $0.refresh(at: now)
        }
    }

    /// The text that adds a message.
    public mutating func add(_ line: String) -> String {
        change { rows in
            rows.add(line)
        } or: { _ in
            line + "\n"
        }
    }

    /// The text that was held back.
    public mutating func finish() -> String {
        change { rows in
            rows.finish()
        } or: {
            $0.finish()
        }
    }

    /// Lets rows have the size that the terminal has now. Lines have none.
    public mutating func resize(to size: TerminalSize) {
        guard case .rows(var rows) = self, rows.size != size else { return }
        rows.size = size
        self = .rows(rows)
    }

    mutating func change<T>(
        _ rows: (inout LiveRows) -> T, or lines: (inout ProgressLines) -> T
    ) -> T {
        switch self {
        case .rows(var value):
            let result = rows(&value)
            self = .rows(value)
            return result
        case .lines(var value):
            let result = lines(&value)
            self = .lines(value)
            return result
        }
    }
}
