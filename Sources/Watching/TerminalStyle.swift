/// How a terminal emphasises a text.
public enum TextStyle: Hashable, Sendable {
    case plain, faint, strong, better, worse
}

/// Whether a terminal is sent colours and weights.
public struct TerminalStyle: Hashable, Sendable {
    /// Whether texts are emphasised at all.
    public var isColoured: Bool

    /// A terminal that is sent them or not.
    public init(isColoured: Bool) { self.isColoured = isColoured }

    /// What the user asked for: `NO_COLOR`, set to anything, turns them off (no-color.org).
    public init(environment: [String: String]) {
        isColoured = environment["NO_COLOR"].map(\.isEmpty) ?? true
    }

    /// A text as the terminal is to be sent it.
    func render(_ text: String, _ style: TextStyle) -> String {
        guard isColoured, let code = Self.code(of: style), !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// A rendered text without its emphasis.
    func plain(_ text: String) -> String { text.replacing(/\u{1B}\[[0-9]*m/, with: "") }

    private static func code(of style: TextStyle) -> Int? {
        switch style {
        case .plain: nil
        case .strong: 1
        case .faint: 2
        case .better: 32
        case .worse: 31
        }
    }
}
