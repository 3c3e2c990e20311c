import Foundation
import Reporting

extension Examination {
    /// A table with a line for each finding.
    package var text: String {
        let clock = Date(timeIntervalSince1970: time).formatted(.iso8601)
        let rows =
            [["version", "good", "\(version), build \(build.prefix(12))"]]
            + findings.map {
                [$0.check.rawValue, $0.exitCode == .success ? "good" : "bad", $0.words]
            }
            + [["clock", "good", clock]]
        return TextTable(rows: rows).text
    }
}
