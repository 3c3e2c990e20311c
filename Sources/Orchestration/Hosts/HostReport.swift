import Foundation
import Launching
import Reporting

/// What the launcher has found out about a host.
package struct HostReport: Sendable {
    /// The host.
    package let host: RemoteHost
    /// The learners that will run there.
    package let learners: [String]
    /// What its `cohort doctor` found; nil where the host or its program did not answer.
    package private(set) var found: Examination?
    /// The seconds by which the host's clock is ahead; nil where the host did not answer.
    package private(set) var offset: Double?
    /// The first thing that keeps a cohort from running there; nil where nothing does.
    package var problem: HostError?
    /// What is unusual and prevents nothing.
    package private(set) var remarks: [String] = []

    /// Above it the difference of a clock is worth a remark, in seconds; only the logs depend on
    /// it.
    private static let oddOffset = 2.0

    /// A report of a host that has not been examined.
    package init(_ host: RemoteHost, learners: [String]) {
        self.host = host
        self.learners = learners
    }

    /// Takes in what was found on the host.
    ///
    /// - Parameters:
    ///   - own: this program, with which the host's must agree.
    ///   - time: the time of the answer, in seconds since 1970.
    package mutating func add(_ found: Examination, own: Examination, at time: Double) {
        let offset = found.time - time
        (self.found, self.offset) = (found, offset)
        problem = Self.problem(found, own)
        remarks += found.warnings.map { "\($0.check): \($0.message)" }
        if found.build != own.build {
            remarks.append(
                "its program is of another build; the same bits are promised for the same build"
                    + " alone"
            )
        }
        if abs(offset) > Self.oddOffset {
            remarks.append("its clock differs, and so will the times in its logs")
        }
    }

    private static func problem(_ found: Examination, _ own: Examination) -> HostError? {
        guard found.version == own.version else {
            return HostError(
                "its program is of version \(found.version), and this one of \(own.version): build"
                    + " the same, or copy this one by --copy", exitCode: .version)
        }
        guard found.configuration == own.configuration else {
            return HostError(
                "its program reads another configuration out of this one (digest"
                    + " \(found.configuration ?? "none")): build the same there, or copy this one"
                    + " by --copy", exitCode: .version)
        }
        return found.problem.map { HostError($0.message, exitCode: $0.exitCode) }
    }
}

extension HostReport {
    fileprivate static let header = [
        "host", "learners", "reached", "version", "configuration", "data", "ports", "disk",
        "others", "threads", "clock",
    ]
    /// Checks with a column of their own.
    private static let columns = ["data", "ports", "disk"]

    fileprivate func row(beside own: Examination) -> [String] {
        guard let found else {
            let isReached = problem.map { $0.exitCode != .unavailable } ?? false
            return [host.description, learners.joined(separator: ", "), isReached ? "yes" : "no"]
        }
        let agrees = found.configuration.map { $0 == own.configuration ? "same" : "another" }
        let others = found.findings.filter { !Self.columns.contains($0.check) }.map(\.state).max()
        return [
            host.description, learners.joined(separator: ", "), "yes", found.version,
            agrees ?? "-",
        ] + Self.columns.map { found[$0]?.state.rawValue ?? "-" } + [
            others?.rawValue ?? "-", "\(found.processors.threads)",
            offset.map { String(format: "%+.1f s", $0) } ?? "-",
        ]
    }
}

extension [HostReport] {
    /// A table with a row for each host, then the problems and the remarks, a line each.
    package func text(beside own: Examination) -> String {
        TextTable(rows: [HostReport.header] + map { $0.row(beside: own) }).text
            + compactMap { report in report.problem.map { "\(report.host): \($0)\n" } }.joined()
            + flatMap { report in report.remarks.map { "\(report.host): \($0)\n" } }.joined()
    }

    /// - Throws: ``HostError``, the first problem in the order of the hosts.
    package func requireSound() throws(HostError) {
        for report in self {
            guard let problem = report.problem else { continue }
            throw HostError("\(report.host): \(problem)", exitCode: problem.exitCode)
        }
    }
}
