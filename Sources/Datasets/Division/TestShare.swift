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
    init(options: inout OptionReader) throws(SettingError) {
        share = options.value(
            "test-share", default: 0.2, in: 0...0.9,
            help: "of each class, for testing, where no test data are named")
        seed = options.value(
            "test-seed", default: 0, in: 0...Int.max, help: "by which they are drawn")
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
