extension [String] {
    /// `a and b`; of many the first and how many more there are.
    var listed: String {
        let shown = 8
        guard count > shown + 1 else { return joined(separator: " and ") }
        return self[..<shown].joined(separator: ", ") + " and \(count - shown) more"
    }

    /// As ``listed``, each in quotation marks.
    var quoted: String { map { "'\($0)'" }.listed }
}
