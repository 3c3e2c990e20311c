/// How much banked knowledge of a teacher took the place of knowledge that arrived too late.
public struct BankedReport: Codable, Hashable, Sendable {
    /// How many samples of the interval's batches were taught by banked knowledge.
    public var samples: Int
    /// The mean age of that knowledge, in steps.
    public var age: Double

    /// The use of one teacher's bank in an interval.
    public init(samples: Int, age: Double) {
        self.samples = samples
        self.age = age
    }
}
