import Bytes
import NeuralNetwork

/// Deals samples into disjoint hands whose classes are as balanced as the samples allow.
///
/// The candidates of each class lie in a deck, ordered by their random bits. The hands take one
/// sample at a time in turn: the top of the deck of that class, among those not yet exhausted, of
/// which the hand holds fewest; among equals hand h prefers class h mod K, then the next ones.
package struct Dealer {
    private let decks: [[Int]]

    /// - Parameters:
    ///   - labels: the class of every sample, in `0..<classCount`.
    ///   - candidates: the numbers of the samples to deal from.
    ///   - key: gives sample i its place in its deck by `bits(at: i)`.
    package init(labels: [Int], classCount: Int, candidates: [Int], key: RandomKey) {
        var decks = [[Int]](repeating: [], count: classCount)
        for sample in key.shuffled(candidates) {
            decks[labels[sample]].append(sample)
        }
        self.decks = decks
    }

    /// `hands` lists of `each` sample numbers, ascending.
    ///
    /// - Precondition: there are at least `each · hands` candidates.
    package func deal(each: Int, hands: Int) -> [[Int]] {
        var dealt = [[Int]](repeating: [], count: hands)
        var held = [[Int]](repeating: decks.map { _ in 0 }, count: hands)
        var taken = decks.map { _ in 0 }
        for _ in 0..<each {
            for hand in 0..<hands {
                let choice = scarcest(in: held[hand], startingAt: hand, taken: taken)
                dealt[hand].append(decks[choice][taken[choice]])
                held[hand][choice] += 1
                taken[choice] += 1
            }
        }
        return dealt.map { $0.sorted() }
    }

    private func scarcest(in held: [Int], startingAt hand: Int, taken: [Int]) -> Int {
        var best: Int?
        for turn in decks.indices {
            let candidate = (hand + turn) % decks.count
            guard taken[candidate] < decks[candidate].count else { continue }
            if best.map({ held[candidate] < held[$0] }) ?? true { best = candidate }
        }
        guard let best else { preconditionFailure("more samples dealt than there are") }
        return best
    }
}
