/// How much a terminal shows.
public struct TerminalSize: Hashable, Sendable {
    /// Lines of text.
    public var rows: Int
    /// Characters in a line.
    public var columns: Int

    /// A terminal of a size.
    public init(rows: Int = 24, columns: Int = 80) {
        self.rows = rows
        self.columns = columns
    }
}
