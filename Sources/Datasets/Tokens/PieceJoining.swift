/// Two neighbouring pieces of a word, by their numbers.
struct PiecePair: Hashable, Comparable {
    let left: Int
    let right: Int

    static func < (a: PiecePair, b: PiecePair) -> Bool { (a.left, a.right) < (b.left, b.right) }
}

/// The pieces of all words while pairs of them are joined.
struct PieceJoining {
    private var words: [(pieces: [Int], count: Int)]
    private var counts: [PiecePair: Int] = [:]
    /// The words in which a pair stands, or stood.
    private var places: [PiecePair: [Int]] = [:]
    private var queue = MinHeap<CountedPair>()

    /// A pair by its count: the most frequent first, and among equals the smallest.
    private struct CountedPair: Comparable {
        let pair: PiecePair
        let count: Int

        static func < (a: CountedPair, b: CountedPair) -> Bool {
            a.count == b.count ? a.pair < b.pair : a.count > b.count
        }
    }

    /// - Parameter words: the pieces of each word, and how often it stands in the texts.
    init(_ words: [(pieces: [Int], count: Int)]) {
        self.words = words
        for (index, word) in words.enumerated() {
            for pair in Self.pairs(of: word.pieces) {
                counts[pair, default: 0] += word.count
                if places[pair]?.last != index { places[pair, default: []].append(index) }
            }
        }
        for (pair, count) in counts { queue.add(CountedPair(pair: pair, count: count)) }
    }

    private static func pairs(of pieces: [Int]) -> [PiecePair] {
        zip(pieces, pieces.dropFirst()).map { PiecePair(left: $0, right: $1) }
    }

    /// The pair that stands most often in the texts; nil where none is frequent enough.
    mutating func mostFrequent(least: Int) -> PiecePair? {
        while let next = queue.popLeast() {
            let current = counts[next.pair] ?? 0
            guard current == next.count else {
                if current > 0 { queue.add(CountedPair(pair: next.pair, count: current)) }
                continue
            }
            return current >= least ? next.pair : nil
        }
        return nil
    }

    /// Joins a pair wherever it stands, as the piece of a number.
    mutating func join(_ pair: PiecePair, as number: Int) {
        var changed: Set<PiecePair> = []
        for place in places[pair] ?? [] {
            let (before, count) = words[place]
            let after = Self.joined(before, pair, as: number)
            guard after.count < before.count else { continue }
            for old in Self.pairs(of: before) { counts[old, default: 0] -= count }
            for new in Self.pairs(of: after) {
                counts[new, default: 0] += count
                if new.left == number || new.right == number {
                    changed.insert(new)
                    if places[new]?.last != place { places[new, default: []].append(place) }
                }
            }
            words[place].pieces = after
        }
        counts[pair] = nil
        places[pair] = nil
        for new in changed { queue.add(CountedPair(pair: new, count: counts[new] ?? 0)) }
    }

    private static func joined(_ pieces: [Int], _ pair: PiecePair, as number: Int) -> [Int] {
        var result: [Int] = []
        var place = 0
        while place < pieces.count {
            let isPair =
                place + 1 < pieces.count && pieces[place] == pair.left
                && pieces[place + 1] == pair.right
            result.append(isPair ? number : pieces[place])
            place += isPair ? 2 : 1
        }
        return result
    }
}
