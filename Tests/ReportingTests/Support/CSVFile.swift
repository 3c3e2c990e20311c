import Foundation
import Reporting

/// Reads comma-separated values as the grammar of RFC 4180 says.
enum CSVFile {
    /// Every row, the header first.
    static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            row.append(field(&rest))
            if rest.popFirst() == "," { continue }
            guard rest.popFirst() == "\n" else { return [] }
            rows.append(row)
            row = []
        }
        return rows
    }

    private static func field(_ rest: inout Substring.UnicodeScalarView) -> String {
        guard rest.first == "\"" else {
            let field = rest.prefix { $0 != "," && $0 != "\r" }
            rest = rest.dropFirst(field.count)
            return String(field)
        }
        var field = ""
        repeat {
            rest.removeFirst()
            let part = rest.prefix { $0 != "\"" }
            field += (field.isEmpty ? "" : "\"") + String(part)
            rest = rest.dropFirst(part.count + 1)
        } while rest.first == "\""
        return field
    }

    /// The numbers of the one row of a learner's files, by the names of their columns.
    @Sendable static func numbers(of folder: LearnerDirectory) throws -> [String: Double] {
        var numbers: [String: Double] = [:]
        for path in [folder.intervals, folder.epochs] {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { continue }
            let rows = rows(text)
            for (name, cell) in zip(rows[0], rows[1]) { numbers[name] = Double(cell) }
        }
        return numbers
    }
}
