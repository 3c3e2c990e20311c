/// The tokens that the sequences of a data set consist of: whole numbers from 0 on.
public struct Vocabulary: Hashable, Sendable {
    /// How many different ones there are.
    public var count: Int
    /// The one that fills a sequence up to its length; nil where none does.
    public var padding: Int?

    /// - Precondition: padding is one of the tokens.
    public init(count: Int, padding: Int? = nil) {
        precondition(padding.map { (0..<count).contains($0) } ?? true, "padding is a token")
        self.count = count
        self.padding = padding
    }
}
