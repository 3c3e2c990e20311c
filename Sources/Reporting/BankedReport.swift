/// How much of what a teacher had said before stood in for what did not come of it in time.
public struct BankedReport: Codable, Hashable, Sendable {
    /// How many samples of an interval's batches it was of.
    public var samples: Int
    /// How many steps old it was, in the mean.
    public var age: Double

    public init(samples: Int, age: Double) {
        self.samples = samples
        self.age = age
    }
}
