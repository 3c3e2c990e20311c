/// Two neighbouring pieces of a word, by their numbers.
struct PiecePair: Hashable, Comparable {
    let left: Int
    let right: Int

    static func < (a: PiecePair, b: PiecePair) -> Bool { (a.left, a.right) < (b.left, b.right) }
}

/// The pieces of all words while pairs of them are joined.
struct PieceJoining {
    private var words: [(pieces: [Int], count: Int)] = []
    private var counts: [PiecePair: Int] = [:]
    /// The words in which a pair stands, or stood.
    private var places: [PiecePair: [Int]] = [:]
    private var queue = PairQueue()
    private var next: Int

    /// - Parameter first: the number of the first character.
    init(_ counted: WordCounts, first: Int, alphabet: [String]) {
        next = first + alphabet.count
        let numbers = Dictionary(
            alphabet.enumerated().map { (Array($1.utf8), first + $0) },
            uniquingKeysWith: { first, _ in first })
        let ordered = counted.counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        for (word, count) in ordered {
            let characters = PieceLearning.characters(of: word)
            let pieces = characters.compactMap { numbers[Array($0.utf8)] }
            guard pieces.count == characters.count else { continue }
            words.append((pieces, count))
            for pair in Self.pairs(of: pieces) {
                counts[pair, default: 0] += count
                if places[pair]?.last != words.count - 1 {
                    places[pair, default: []].append(words.count - 1)
                }
            }
        }
        for (pair, count) in counts { queue.add(pair, count) }
    }

    private static func pairs(of pieces: [Int]) -> [PiecePair] {
        zip(pieces, pieces.dropFirst()).map { PiecePair(left: $0, right: $1) }
    }

    /// Joins the most frequent pair wherever it stands, as the piece of the next number.
    ///
    /// - Returns: the pair; nil where none is frequent enough.
    mutating func joinMostFrequent(least: Int) -> PiecePair? {
        while let (pair, count) = queue.popMost() {
            let current = counts[pair] ?? 0
            guard current == count else {
                if current > 0 { queue.add(pair, current) }
                continue
            }
            guard count >= least else { return nil }
            join(pair)
            return pair
        }
        return nil
    }

    private mutating func join(_ pair: PiecePair) {
        var changed: Set<PiecePair> = []
        for place in places[pair] ?? [] {
            let (before, count) = words[place]
            let after = Self.joined(before, pair, as: next)
            guard after.count < before.count else { continue }
            for old in Self.pairs(of: before) { counts[old, default: 0] -= count }
            for new in Self.pairs(of: after) {
                counts[new, default: 0] += count
                if new.left == next || new.right == next {
                    changed.insert(new)
                    if places[new]?.last != place { places[new, default: []].append(place) }
                }
            }
            words[place].pieces = after
        }
        counts[pair] = nil
        places[pair] = nil
        for new in changed { queue.add(new, counts[new] ?? 0) }
        next += 1
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
