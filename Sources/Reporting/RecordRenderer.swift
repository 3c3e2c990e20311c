/// Turns records into lines of text. A value of its own for each output, since a line may depend on
/// the lines before it.
public protocol RecordRenderer: Sendable {
    /// The lines of a record, without their ends.
    mutating func lines(for record: Record) -> [String]
}

/// JSON Lines, complete and for programs.
public struct JSONRenderer: RecordRenderer {
    /// A renderer without state.
    public init() {}

    public mutating func lines(for record: Record) -> [String] { [JSONLines.line(record)] }
}

/// Sentences and numbers for people, with date and time.
public struct LogRenderer: RecordRenderer {
    /// A renderer without state.
    public init() {}

    public mutating func lines(for record: Record) -> [String] {
        ["\(Text.time(record.time, milliseconds: true)) \(LogLine.text(of: record))"]
    }
}

/// The lines of ``LogRenderer`` for a console that several learners share.
public struct ConsoleRenderer: RecordRenderer {
    /// A renderer without state.
    public init() {}

    public mutating func lines(for record: Record) -> [String] {
        ["\(record.learner): \(LogLine.text(of: record))"]
    }
}
