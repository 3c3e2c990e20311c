import Bytes

/// Settings that cannot be used: where each stands, what is wrong and what would be right.
public struct SettingError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// One mistake.
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Where the setting was written; nil where it was not.
        public var position: SourcePosition?
        /// What is wrong and what would be right.
        public var message: String

        /// The place and what is wrong.
        public var description: String { position.map { "\($0): \(message)" } ?? message }
    }

    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .configuration }

    /// The mistakes; none in an error about an option whose value was refused already.
    public var problems: [Problem]

    /// An error about what was written at a position, if it was.
    public init(_ message: String, at position: SourcePosition? = nil) {
        problems = [Problem(position: position, message: message)]
    }

    /// An error of these mistakes.
    public init(_ problems: [Problem]) { self.problems = problems }

    /// Several errors as one; nil for none.
    public init?(all errors: [SettingError]) {
        guard !errors.isEmpty else { return nil }
        problems = errors.flatMap(\.problems)
    }

    /// Where the first mistake was written; nil where it was not.
    public var position: SourcePosition? { problems.first?.position }

    /// What is wrong, a line for each mistake, without places.
    public var message: String { problems.map(\.message).joined(separator: "\n") }

    /// A line for each mistake, with its place.
    public var description: String { problems.map(\.description).joined(separator: "\n") }

    /// The same error, with a place for the mistakes that have none.
    public func placed(at position: SourcePosition?) -> SettingError {
        SettingError(
            problems.map { Problem(position: $0.position ?? position, message: $0.message) })
    }

    /// The same error, with words before each message.
    public func prefixed(_ words: String) -> SettingError {
        SettingError(
            problems.map { Problem(position: $0.position, message: words + $0.message) })
    }
}
