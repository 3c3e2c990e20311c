import Bytes
import NeuralNetwork

/// Which learner trains on which training samples: a pure function of data, learners, options and
/// seed.
///
/// Sample numbers are those of `Corpus.train`, and every list of them is ascending. `Sampler.md`
/// defines the division exactly, for other frameworks.
public struct Division: Equatable, Sendable {
    /// The labelled samples of each learner, by its name.
    public let labelled: [String: [Int]]
    /// The labelled samples that all learners have; nil where labels are private.
    public let shared: [Int]?
    /// The unlabelled samples on which learners teach one another; nil where there is no pool.
    public let pool: [Int]?
    /// The samples that no learner trains on.
    public let validation: [Int]

    /// The samples on which learners teach one another: the pool, else the shared labelled ones.
    /// Nil where labels are private and there is no pool.
    public var common: [Int]? { pool ?? shared }

    /// Divides a corpus's training samples.
    ///
    /// - Parameter learners: those whose labelled samples come from this corpus, in the
    ///   configuration's order. With none and private labels, all free samples are the pool.
    /// - Throws: ``DatasetError`` (78) where more samples are asked for than there are.
    public init(
        of corpus: Corpus, among learners: [String], labels: LabelOptions = .init(),
        validation: ValidationOptions = .none, seed: UInt64
    ) throws(DatasetError) {
        if labels.skew != nil { try corpus.checkOneLabel(for: "data: labels: skew") }
        let key = RandomKey(seed: seed).child("division")
        let (held, free) = try Self.split(corpus, validation, key: key.child("validation"))
        let request = LabelRequest(
            each: labels.each ?? free.count, parts: labels.isPrivate ? learners.count : 1,
            free: free.count, held: held.count)
        try request.check(labels, corpus)
        let parts = StratifiedSplit(
            labels: corpus.train.classes,
            classCount: corpus.train.labelsPerSample == 1 ? corpus.train.classCount : 1,
            candidates: free,
            key: key.child("labels")
        ).parts(
            request.parts, of: request.each,
            skew: labels.skew.map { ClassSkew(concentration: $0, key: key.child("skew")) })
        shared = labels.isPrivate ? nil : parts[0]
        labelled = Dictionary(
            uniqueKeysWithValues: learners.enumerated().map { index, name in
                (name, parts[labels.isPrivate ? index : 0])
            })
        let used = Set(parts.joined())
        pool = labels.pool == .rest ? free.filter { !used.contains($0) } : nil
        self.validation = held
    }

    /// The samples for validation, and those free to train on.
    private static func split(
        _ corpus: Corpus, _ validation: ValidationOptions, key: RandomKey
    ) throws(DatasetError) -> (held: [Int], free: [Int]) {
        let total = corpus.train.count
        let count = validation.count(of: total)
        guard count < total else {
            throw DatasetError(
                .impossible,
                "validation: \(count) samples are asked for, \(corpus.name) has \(total) for"
                    + " training; leave some to train on")
        }
        let order = key.shuffled(Array(0..<total))
        return (order.prefix(count).sorted(), order.dropFirst(count).sorted())
    }
}

/// How many labelled samples are asked for, and how many there are.
private struct LabelRequest {
    /// Samples in each part.
    let each: Int
    let parts: Int
    /// Samples that are not held for validation.
    let free: Int
    let held: Int

    /// - Throws: ``DatasetError`` (78) where there are too few.
    func check(_ labels: LabelOptions, _ corpus: Corpus) throws(DatasetError) {
        let (wanted, overflow) = each.multipliedReportingOverflow(by: parts)
        let available =
            "\(corpus.name) has \(free) samples to train on"
            + (held > 0 ? " (\(corpus.train.count) less \(held) for validation)" : "")
        let asked = labels.isPrivate ? "\(each) for each of \(parts) learners" : "\(each)"
        guard !overflow, wanted <= free else {
            throw DatasetError(
                .impossible, "labels: \(asked) are asked for, \(available); ask for fewer")
        }
        guard labels.pool == .empty || wanted < free else {
            throw DatasetError(
                .impossible,
                "labels: \(asked) leave nothing for the common pool, \(available); ask for fewer,"
                    + " or set pool: none")
        }
    }
}
