import Bytes
import NeuralNetwork

/// Splits samples into disjoint parts whose classes are as balanced as the samples allow, or have
/// given shares.
///
/// The candidates of each class form a queue, ordered by their random bits. The parts take one
/// sample at a time in turn: the first of the queue of that class, among those not yet exhausted,
/// of which the part holds fewest for its share: of the least (2·held + 1) / share, as Webster's
/// method distributes seats. Among equals part p prefers class p mod K, then the next ones.
package struct StratifiedSplit {
    private let queues: [[Int]]

    /// - Parameters:
    ///   - labels: the class of every sample, in `0..<classCount`.
    ///   - candidates: the numbers of the samples to split.
    ///   - key: sample i has its place in its queue by `bits(at: i)`.
    package init(labels: [Int], classCount: Int, candidates: [Int], key: RandomKey) {
        var queues = [[Int]](repeating: [], count: classCount)
        for sample in key.shuffled(candidates) {
            queues[labels[sample]].append(sample)
        }
        self.queues = queues
    }

    /// `count` lists of `size` sample numbers each, ascending.
    ///
    /// - Precondition: there are at least `count · size` candidates.
    package func parts(_ count: Int, of size: Int) -> [[Int]] {
        parts(count, of: size, skew: nil)
    }

    /// The same, with the shares of the classes in each part; nil for equal ones.
    func parts(_ count: Int, of size: Int, skew: ClassSkew?) -> [[Int]] {
        let shares = (0..<count).map { part in
            skew?.weights(ofPart: part, classCount: queues.count) ?? queues.map { _ in 1 }
        }
        var parts = [[Int]](repeating: [], count: count)
        var held = [[Int]](repeating: queues.map { _ in 0 }, count: count)
        var taken = queues.map { _ in 0 }
        for _ in 0..<size {
            for part in 0..<count {
                let label = scarcest(
                    in: held[part], shares[part], startingAt: part, taken: taken)
                parts[part].append(queues[label][taken[label]])
                held[part][label] += 1
                taken[label] += 1
            }
        }
        return parts.map { $0.sorted() }
    }

    /// The class of which a part holds fewest samples for its share, among those whose queue is not
    /// exhausted. A class without a share comes last.
    private func scarcest(
        in held: [Int], _ shares: [Int], startingAt first: Int, taken: [Int]
    ) -> Int {
        var best: Int?
        for turn in queues.indices {
            let candidate = (first + turn) % queues.count
            guard taken[candidate] < queues[candidate].count else { continue }
            let isScarcer = best.map {
                (2 * held[candidate] + 1) * shares[$0] < (2 * held[$0] + 1) * shares[candidate]
            }
            if isScarcer ?? true { best = candidate }
        }
        guard let best else { preconditionFailure("more samples are asked for than there are") }
        return best
    }
}
