import Reporting

extension [String] {
    /// `a and b`; of many the first and how many more there are.
    var listed: String { Text.list(self, most: 8) }

    /// As ``listed``, each in quotation marks.
    var quoted: String { map { "'\($0)'" }.listed }
}
