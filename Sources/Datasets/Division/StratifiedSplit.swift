import Bytes
import NeuralNetwork

/// Splits samples into disjoint parts whose classes are as balanced as the samples allow.
///
/// The candidates of each class form a queue, ordered by their random bits. The parts take one
/// sample at a time in turn: the first of the queue of that class, among those not yet exhausted,
/// of which the part holds fewest. Among equals part p prefers class p mod K, then the next ones.
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
        var parts = [[Int]](repeating: [], count: count)
        var held = [[Int]](repeating: queues.map { _ in 0 }, count: count)
        var taken = queues.map { _ in 0 }
        for _ in 0..<size {
            for part in 0..<count {
                let label = scarcest(in: held[part], startingAt: part, taken: taken)
                parts[part].append(queues[label][taken[label]])
                held[part][label] += 1
                taken[label] += 1
            }
        }
        return parts.map { $0.sorted() }
    }

    /// The class of which a part holds fewest samples, among those whose queue is not exhausted.
    private func scarcest(in held: [Int], startingAt first: Int, taken: [Int]) -> Int {
        var best: Int?
        for turn in queues.indices {
            let candidate = (first + turn) % queues.count
            guard taken[candidate] < queues[candidate].count else { continue }
            if best.map({ held[candidate] < held[$0] }) ?? true { best = candidate }
        }
        guard let best else { preconditionFailure("more samples are asked for than there are") }
        return best
    }
}
