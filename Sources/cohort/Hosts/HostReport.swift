import Foundation
import Launching
import Reporting

/// What the launcher knows of a host that it has examined.
struct HostReport {
    let host: RemoteHost
    /// Those that will run there.
    let learners: [String]
    /// nil where the host or its program did not answer.
    var found: Examination?
    /// Seconds by which the host's clock is ahead.
    var offset: Double?
    /// The first thing that keeps a cohort from running there.
    var problem: HostError?
    /// What is odd and keeps nobody from anything.
    var remarks: [String] = []

    init(_ host: RemoteHost, learners: [String]) {
        self.host = host
        self.learners = learners
    }

    fileprivate static let header = [
        "host", "learners", "reached", "version", "configuration", "data", "ports", "disk",
        "threads", "clock",
    ]

    fileprivate func row(of own: Examination) -> [String] {
        guard let found else {
            let isReached = problem.map { $0.exitCode != .unavailable } ?? false
            return [host.description, learners.joined(separator: ", "), isReached ? "yes" : "no"]
        }
        let agrees = found.configuration.map { $0 == own.configuration ? "same" : "another" }
        func cell(_ check: Examination.Finding.Check) -> String {
            found[check].map { $0.exitCode == .success ? "good" : "bad" } ?? "-"
        }
        return [
            host.description, learners.joined(separator: ", "), "yes", found.version,
            agrees ?? "-", cell(.data), cell(.ports), cell(.disk), "\(found.threads)",
            offset.map { String(format: "%+.1f s", $0) } ?? "-",
        ]
    }
}

extension [HostReport] {
    /// A row for each host, then what is wrong and what is odd, a line each.
    func text(beside own: Examination) -> String {
        TextTable(rows: [HostReport.header] + map { $0.row(of: own) }).text
            + compactMap { report in report.problem.map { "\(report.host): \($0)\n" } }.joined()
            + flatMap { report in report.remarks.map { "\(report.host): \($0)\n" } }.joined()
    }

    /// - Throws: the first problem, in the order of the hosts.
    func requireSound() throws {
        for report in self {
            guard let problem = report.problem else { continue }
            throw HostError("\(report.host): \(problem)", exitCode: problem.exitCode)
        }
    }
}
