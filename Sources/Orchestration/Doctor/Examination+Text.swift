import Foundation
import Reporting

extension Examination {
    /// A table with a line for each finding: the check, how serious it is, what was found, and what
    /// to do.
    package var text: String {
        let rows =
            [["check", "state", "value", "remedy"]]
            + [["version", Finding.State.ok.rawValue, "\(version), build \(build.prefix(12))"]]
            + findings.map { [$0.check, $0.state.rawValue, $0.line, $0.remedy ?? ""] }
        return TextTable(rows: rows).text
    }
}

extension Examination.Finding {
    /// The value without line ends, for a table.
    fileprivate var line: String {
        value.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .joined(separator: "; ")
    }
}
