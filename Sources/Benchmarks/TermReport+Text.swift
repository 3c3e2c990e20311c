import Foundation
import Reporting

extension [TermReport] {
    /// The reports as one array of JSON, on one line.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// The reports as a table for people.
    public var text: String {
        let rows = map { report in
            [
                report.kind, report.name, String(format: "%.3f", report.milliseconds),
                String(format: "%.2f", report.allocationsPerStep),
            ]
        }
        let head = ["kind", "name", "step, ms", "tensor allocations a step"]
        return TextTable(rows: [head] + rows, wordColumns: 2).text
    }
}
