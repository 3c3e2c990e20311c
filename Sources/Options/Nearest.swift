/// A hint for an unknown word: the nearest known one first, then all of them.
public func nearest(to word: String, among known: [String]) -> String {
    let ranked = known.sorted { (editDistance($0, word), $0) < (editDistance($1, word), $1) }
    guard let best = ranked.first else { return "none is known" }
    let all = "known: " + known.joined(separator: ", ")
    let tolerance = min(max(2, word.count / 3), word.count - 1)
    return editDistance(best, word) <= tolerance ? "did you mean '\(best)'? \(all)" : all
}

/// The Levenshtein distance: insertions, deletions and substitutions of one character.
public func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let substituted = diagonal + (x == y ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
