import Bytes

/// Where a setting was written.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// A default, which nobody wrote.
    public static let unwritten = SourcePosition(file: "default", line: 0)

    public var file: String
    /// Counted from 1; 0 where `file` is not a file but says all, as `command line: seed=2`.
    public var line: Int

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// A value as it was written, and where: the form in which configuration reaches every room.
public struct Setting: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        /// `isQuoted` scalars are always strings; an empty one that is not quoted is no value.
        case scalar(String, isQuoted: Bool)
        case list([Setting])
        case map([Entry])
    }

    public struct Entry: Hashable, Sendable {
        public var key: String
        public var position: SourcePosition
        public var value: Setting

        public init(key: String, position: SourcePosition, value: Setting) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    public var value: Value
    public var position: SourcePosition

    public init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}

/// A setting that cannot be used: where it stands, what is wrong and what would be right.
public struct SettingError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .configuration }

    public var position: SourcePosition?
    public var message: String

    public init(_ message: String, at position: SourcePosition? = nil) {
        self.position = position
        self.message = message
    }

    public var description: String {
        position.map { "\($0): \(message)" } ?? message
    }
}
