/// Something to look at that is in no record: a distribution, or a picture.
public struct Illustration: Hashable, Sendable {
    /// What is shown.
    public enum Content: Hashable, Sendable {
        case histogram(Histogram)
        /// The bytes of a PNG file, and its size in pixels.
        case picture([UInt8], width: Int, height: Int)
    }

    /// What it is of: `weights/fc1.weight`.
    public var name: String
    /// What is shown.
    public var content: Content

    /// An illustration.
    public init(_ name: String, _ content: Content) {
        (self.name, self.content) = (name, content)
    }
}
