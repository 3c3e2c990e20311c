/// The memory of what remembers nothing.
public struct NoMemory: Codable, Hashable, Sendable {
    /// The only value.
    public init() {}
}
