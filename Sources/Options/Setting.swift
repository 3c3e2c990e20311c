import Bytes

/// Where a setting was written.
public struct SourcePosition: Hashable, Sendable, CustomStringConvertible {
    /// The position of a default.
    public static let unwritten = SourcePosition(file: "default", line: 0)

    /// The file, or what else the setting comes from.
    public var file: String
    /// Counted from 1; 0 where `file` is no file but the whole source, as `seed=2 on the command
    /// line`.
    public var line: Int

    /// A line of a file.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// `FILE:LINE`, or the file alone where there are no lines.
    public var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// A value as it was written, and where: the form in which a configuration reaches every module.
public struct Setting: Hashable, Sendable {
    /// The three forms of YAML.
    public enum Value: Hashable, Sendable {
        /// `isQuoted` scalars are always strings; an empty one that is not quoted is no value.
        case scalar(String, isQuoted: Bool)
        case list([Setting])
        case map([Entry])
    }

    /// A key of a map with its value.
    public struct Entry: Hashable, Sendable {
        /// The key as it was written.
        public var key: String
        /// Where the key was written.
        public var position: SourcePosition
        /// What the key is set to.
        public var value: Setting

        /// An entry whose key stands at a position.
        public init(key: String, position: SourcePosition, value: Setting) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    /// What was written.
    public var value: Value
    /// Where it was written.
    public var position: SourcePosition

    /// A value that was written at a position.
    public init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }
}
