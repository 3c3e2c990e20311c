import Bytes
import NeuralNetwork
import Options

/// Which samples are for testing where a source has no test files: of every class the same share,
/// drawn by a seed of its own, so that they are the same in every run.
package struct TestShare: Equatable, Sendable {
    /// The share of each class, from 0 for no test samples.
    let share: Double
    /// What they are drawn by; independent of the run's seed.
    let seed: Int

    package init(share: Double, seed: Int = 0) {
        self.share = share
        self.seed = seed
    }

    /// Reads `test-share` and `test-seed`.
    ///
    /// - Parameters:
    ///   - test: the option that names test data, where it is set: then both are refused.
    ///   - whole: what the share is of, for people.
    init(
        options: inout OptionReader, beside test: String? = nil, of whole: String = "each class"
    ) throws(SettingError) {
        self = try options.reading(
            refusedBecause: test.map { "beside \($0); leave one of them out" }
        ) { (options) throws(SettingError) in TestShare(reading: &options, of: whole) }
    }

    private init(reading options: inout OptionReader, of whole: String) {
        share = options.value(
            "test-share", default: Self.usual.share, in: 0...0.9,
            help: "of \(whole), for testing, where no test data are named")
        seed = options.value(
            "test-seed", default: Self.usual.seed, in: 0...Int.max,
            help: "the seed of the draw of test samples")
    }

    private static let usual = TestShare(share: 0.2)

    /// Refuses another share than the usual one where data turn out to have test samples.
    ///
    /// - Parameter place: of the test samples.
    /// - Throws: ``DatasetError`` (78).
    func checkUnused(beside place: String) throws(DatasetError) {
        guard self == .usual else {
            throw DatasetError(
                .impossible,
                "\(place): holds test samples, so that test-share and test-seed have no effect;"
                    + " leave them out")
        }
    }

    /// The numbers of the samples to train on and of those to test on, both ascending.
    ///
    /// The samples of a class are ordered by `RandomKey(seed: seed).child("test")`, and the first
    /// `share · count`, rounded to the nearest whole number, are for testing; of each class one at
    /// least is left to train on.
    package func split(labels: [Int], classCount: Int) -> (train: [Int], test: [Int]) {
        var classes = [[Int]](repeating: [], count: classCount)
        let key = RandomKey(seed: UInt64(seed)).child("test")
        for sample in key.shuffled(Array(labels.indices)) {
            classes[labels[sample]].append(sample)
        }
        let test = classes.flatMap { samples in
            samples.prefix(
                min(Int((share * Double(samples.count)).rounded()), max(samples.count - 1, 0)))
        }
        let held = Set(test)
        return (labels.indices.filter { !held.contains($0) }, test.sorted())
    }
}
