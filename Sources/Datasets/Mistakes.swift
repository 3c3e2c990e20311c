/// The mistakes of a file, gathered so that one message reports them together.
struct Mistakes {
    private var shown: [String] = []
    private var count = 0
    private static let most = 10

    /// Whether none was found.
    var isEmpty: Bool { count == 0 }

    /// Adds one, which names its place in the file. Only the first ten are kept in words.
    mutating func add(_ mistake: @autoclosure () -> String) {
        count += 1
        if shown.count < Self.most { shown.append(mistake()) }
    }

    /// Reports what was found.
    ///
    /// - Parameter remedy: what to do about it, after the last mistake.
    /// - Throws: ``DatasetError`` (65) where there is a mistake.
    func check(_ path: String, remedy: String = "") throws(DatasetError) {
        guard !isEmpty else { return }
        var lines = shown
        if count > shown.count { lines.append("and \(count - shown.count) more") }
        if !remedy.isEmpty { lines.append(remedy) }
        throw DatasetError(.corrupt, "\(path): \(lines.joined(separator: "\n  "))")
    }
}

extension DatasetError {
    /// Reports the mistakes of many files together.
    ///
    /// - Throws: an error of the first one's kind that names up to ten.
    static func check(_ mistakes: [DatasetError]) throws(DatasetError) {
        guard let first = mistakes.first else { return }
        var lines = mistakes.prefix(10).map(\.description)
        if mistakes.count > 10 { lines.append("and \(mistakes.count - 10) more") }
        throw DatasetError(first.kind, lines.joined(separator: "\n  "))
    }
}
