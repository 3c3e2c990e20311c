/// What a stream needs to draw its samples by class: so many of one class one after another.
public struct ClassGroups: Equatable, Sendable {
    /// Samples of one class in a group.
    public let size: Int
    /// The class of each of the stream's samples, in their order.
    public let labels: [Int]

    /// - Precondition: a group has at least one sample.
    public init(of size: Int, labels: [Int]) {
        precondition(size > 0, "a group has samples")
        self.size = size
        self.labels = labels
    }
}
