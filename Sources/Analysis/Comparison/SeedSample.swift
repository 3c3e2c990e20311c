import Reporting

/// A number that several runs came to, by their seeds.
public struct SeedSample: Hashable, Sendable {
    /// The seeds, ascending.
    public let seeds: [UInt64]
    /// In the order of the seeds.
    public let values: [Double]

    /// A sample of at least one value; nil of none. Of runs that share a seed the mean counts.
    public init?(_ values: [(seed: UInt64, value: Double)]) {
        guard !values.isEmpty else { return nil }
        let bySeed = Dictionary(grouping: values, by: \.seed)
        seeds = bySeed.keys.sorted()
        self.values = seeds.map { seed in Reporting.mean((bySeed[seed] ?? []).map(\.value)) }
    }

    /// Of the values.
    public var mean: Double { Reporting.mean(values) }

    /// The sample standard deviation; 0 for one value.
    public var standardDeviation: Double { Reporting.standardDeviation(values) }

    /// This minus another at the seeds that both have; nil where they share none.
    public func minus(_ other: SeedSample) -> SeedSample? {
        let theirs = Dictionary(uniqueKeysWithValues: zip(other.seeds, other.values))
        return SeedSample(
            zip(seeds, values).compactMap { seed, value in theirs[seed].map { (seed, value - $0) } }
        )
    }

    /// The mean of several samples at the seeds that all have; nil where they share none.
    static func mean(of samples: [SeedSample]) -> SeedSample? {
        guard let first = samples.first else { return nil }
        let maps = samples.map { Dictionary(uniqueKeysWithValues: zip($0.seeds, $0.values)) }
        return SeedSample(
            first.seeds.compactMap { seed in
                let found = maps.compactMap { $0[seed] }
                return found.count == samples.count ? (seed, Reporting.mean(found)) : nil
            })
    }
}
