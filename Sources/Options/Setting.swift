/// Where a setting was written.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    public var file: String
    /// Counted from 1.
    public var line: Int

    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    public var description: String { "\(file):\(line)" }
}

/// A value as it was written, and where: the form in which configuration reaches every room.
public struct Setting: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        /// `isQuoted` scalars are always strings.
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
public struct SettingError: Error, Hashable, Sendable, CustomStringConvertible {
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
