/// Counts the epochs of a stream of batches.
public struct EpochClock: Hashable, Sendable {
    /// Samples of an epoch.
    public var samples: Int
    /// Samples of a step.
    public var batch: Int

    /// - Precondition: both are positive.
    public init(samples: Int, batch: Int) {
        precondition(samples > 0 && batch > 0, "an epoch and a batch have samples")
        self.samples = samples
        self.batch = batch
    }

    /// How often the stream has gone through all its samples when `step` steps are done.
    func epoch(after step: Int) -> Int { step * batch / samples }

    /// Whether the last of `step` steps ended an epoch.
    func endsEpoch(after step: Int) -> Bool { epoch(after: step) > epoch(after: step - 1) }

    /// How many steps go through all samples once, on average.
    public var stepsPerEpoch: Double { Double(samples) / Double(batch) }

    /// The fewest steps that go through all samples `epochs` times.
    public func steps(for epochs: Int) -> Int { (epochs * samples + batch - 1) / batch }
}
