/// Turns records into lines of text; keeps what it must remember between them.
public protocol RecordRenderer: Sendable {
    mutating func lines(for record: Record) -> [String]
}

/// JSON Lines, complete and for programs.
public struct JSONRenderer: RecordRenderer {
    public init() {}

    public mutating func lines(for record: Record) -> [String] { [JSONLines.line(record)] }
}

/// Sentences and numbers for people, with the time of day (UTC).
public struct LogRenderer: RecordRenderer {
    public init() {}

    public mutating func lines(for record: Record) -> [String] {
        let clock = record.time.formatted(
            .iso8601.time(includingFractionalSeconds: true).timeSeparator(.colon))
        return ["\(clock) \(LogLine.text(of: record))"]
    }
}

/// The lines of ``LogRenderer`` for a console that several learners share.
public struct ConsoleRenderer: RecordRenderer {
    public init() {}

    public mutating func lines(for record: Record) -> [String] {
        ["\(record.learner): \(LogLine.text(of: record))"]
    }
}
