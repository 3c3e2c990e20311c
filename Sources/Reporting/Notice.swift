/// A message for people.
public struct Notice: Codable, Hashable, Sendable {
    /// How serious a notice is.
    public enum Level: String, Codable, CaseIterable, Sendable {
        case info, warning, error
    }

    /// How serious it is.
    public var level: Level
    /// The text, which may have several lines.
    public var message: String
    /// The step that it belongs to; nil where it belongs to none.
    public var step: Int?

    /// A notice of a level.
    public init(_ message: String, level: Level = .info, step: Int? = nil) {
        self.level = level
        self.message = message
        self.step = step
    }
}
