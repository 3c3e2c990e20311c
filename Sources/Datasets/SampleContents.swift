/// What the elements of a sample are, which decides which models can read it.
public enum SampleContents: Equatable, Sendable {
    /// Pixels of channels, rows and columns.
    case image
    /// Numbers without a place among one another, 1×1×D: the columns of a table.
    case features
    /// Whole numbers of a sequence 1×1×T.
    ///
    /// - Parameters:
    ///   - count: how many different ones there are, from 0.
    ///   - padding: the one that fills a sequence up to T; nil where none does.
    case tokens(count: Int, padding: Int?)

    /// What there are several of, for messages.
    public var plural: String {
        switch self {
        case .image: "images"
        case .features: "features"
        case .tokens: "tokens"
        }
    }
}
