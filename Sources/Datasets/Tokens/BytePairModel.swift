/// Pieces of bytes, and the pairs of them that are joined (Sennrich et al. 2016).
struct BytePairModel: Sendable {
    /// What a pair becomes.
    struct Join: Sendable {
        /// Pairs of a lower rank are joined first.
        let rank: Int
        /// The piece that it becomes.
        let number: Int
    }

    /// The piece of each byte.
    let bytes: [Int]
    let joins: [PiecePair: Join]

    init(bytes: [Int], joins: [PiecePair: Join]) {
        (self.bytes, self.joins) = (bytes, joins)
    }

    /// The pairs that a file names.
    ///
    /// - Parameters:
    ///   - pieces: in the order of their numbers, as `ByteAlphabet` writes them.
    ///   - pairs: in the order of their ranks.
    ///   - path: of the vocabulary, for messages.
    ///   - mergesPath: of the pairs, with what a pair is called there: `merges.txt: line`.
    /// - Throws: ``DatasetError`` (65) that names the bytes and pairs that the vocabulary lacks.
    init(
        _ pieces: [String], pairs: [MergedPair], of path: String, mergesPath: String
    ) throws(DatasetError) {
        let numbers = Dictionary(
            pieces.enumerated().map { (Array($1.utf8), $0) },
            uniquingKeysWith: { first, _ in first })
        func number(_ piece: String) -> Int? { numbers[Array(piece.utf8)] }
        var mistakes = Mistakes()
        let found = (UInt8.min...UInt8.max).map { byte in
            let piece = number(ByteAlphabet.text(of: [byte]))
            if piece == nil { mistakes.add("has no token of byte \(byte)") }
            return piece ?? 0
        }
        try mistakes.check(path, remedy: "a byte-level vocabulary has a token for each byte")
        var joins: [PiecePair: Join] = [:]
        for (rank, pair) in pairs.enumerated() {
            guard let left = number(pair.left), let right = number(pair.right),
                let joined = number(pair.left + pair.right)
            else {
                mistakes.add("\(pair.place): '\(pair.left) \(pair.right)' is not of the vocabulary")
                continue
            }
            joins[PiecePair(left: left, right: right)] = Join(rank: rank, number: joined)
        }
        try mistakes.check(mergesPath, remedy: "name the files of one tokenizer")
        self.init(bytes: found, joins: joins)
    }

    /// The pieces of a word in UTF-8: of all neighbours the pair of the lowest rank is joined, and
    /// among equals the first, until none is left that has a rank.
    func pieces(of word: [UInt8]) -> [Int] {
        var run = JoinedRun(word.map { bytes[Int($0)] }, by: joins)
        run.joinAll()
        return run.pieces
    }
}

/// A pair of pieces as a file names it.
struct MergedPair {
    /// Where it stands: `line 7`.
    let place: String
    let left: String
    let right: String

    /// `Ġ t`; nil where it is no two pieces.
    init?(_ text: String, place: String) {
        let parts = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(
            place: place, left: String(Substring(parts[0])), right: String(Substring(parts[1])))
    }

    init(place: String, left: String, right: String) {
        (self.place, self.left, self.right) = (place, left, right)
    }
}

/// The pieces of a word while its pairs are joined: a list of neighbours, and a heap of the pairs
/// that may be joined next.
private struct JoinedRun {
    /// The piece at each place; nil where it was joined to the one before.
    private var places: [Int?]
    private var next: [Int]
    private var previous: [Int]
    private var waiting = MinHeap<Candidate>()
    private let joins: [PiecePair: BytePairModel.Join]

    /// A pair that stood at a place when it was added.
    private struct Candidate: Comparable {
        let rank: Int
        let place: Int
        let pair: PiecePair

        static func < (a: Candidate, b: Candidate) -> Bool { (a.rank, a.place) < (b.rank, b.place) }
    }

    init(_ pieces: [Int], by joins: [PiecePair: BytePairModel.Join]) {
        places = pieces
        next = Array(1..<(pieces.count + 1))
        previous = Array(-1..<(pieces.count - 1))
        self.joins = joins
        for place in pieces.indices { add(place) }
    }

    var pieces: [Int] { places.compactMap(\.self) }

    mutating func joinAll() {
        while let candidate = waiting.popLeast() {
            guard pair(at: candidate.place) == candidate.pair, let join = joins[candidate.pair]
            else { continue }
            let (place, right) = (candidate.place, next[candidate.place])
            places[place] = join.number
            places[right] = nil
            next[place] = next[right]
            if next[place] < places.count { previous[next[place]] = place }
            if previous[place] >= 0 { add(previous[place]) }
            add(place)
        }
    }

    /// The pair that begins at a place.
    private func pair(at place: Int) -> PiecePair? {
        guard let left = places[place], next[place] < places.count, let right = places[next[place]]
        else { return nil }
        return PiecePair(left: left, right: right)
    }

    private mutating func add(_ place: Int) {
        guard let pair = pair(at: place), let join = joins[pair] else { return }
        waiting.add(Candidate(rank: join.rank, place: place, pair: pair))
    }
}
