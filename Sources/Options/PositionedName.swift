/// A text of a configuration and where it was written.
public struct PositionedName: Hashable, Sendable {
    /// The text.
    public var text: String
    /// Where it was written.
    public var position: SourcePosition

    /// A text at a position.
    public init(_ text: String, at position: SourcePosition) {
        self.text = text
        self.position = position
    }
}
