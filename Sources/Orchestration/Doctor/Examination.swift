import Bytes
import Exchange
import Experiment
import Foundation
import Launching
import Limits
import Reporting

/// What `cohort doctor` finds on one host, as people and launchers on other hosts read it.
package struct Examination: Codable, Hashable, Sendable {
    /// The program's version.
    package var version: String
    /// The SHA-256 of the program, 64 digits.
    package var build: String
    /// The configuration's digest, where one was given.
    package var configuration: String?
    /// How many processors the host's programs may use, and by what.
    package var processors: ProcessorAllowance
    /// The host's clock, in seconds since 1970.
    package var time: Double
    /// The address of this host at which ssh reached it; nil without ssh.
    package var address: String?
    /// The address from which ssh came; nil without ssh.
    package var caller: String?
    /// The results, in the order of the checks.
    package var findings: [Finding] = []

    /// An examination that has found nothing yet.
    package init(
        version: String, build: String, configuration: String? = nil,
        processors: ProcessorAllowance = ProcessorAllowance(shared: []), time: Double = 0
    ) {
        (self.version, self.build, self.configuration) = (version, build, configuration)
        (self.processors, self.time) = (processors, time)
    }

    /// The worst result of a check; nil where it was not made.
    package subscript(check: String) -> Finding? {
        findings.filter { $0.check == check }.max { $0.state < $1.state }
    }

    /// The first finding that keeps a cohort from running here; nil where there is none.
    package var problem: Finding? { findings.first { $0.state == .failure } }

    /// What is unwise and prevents nothing.
    package var warnings: [Finding] { findings.filter { $0.state == .warning } }
}

extension Examination {
    /// Examines this host.
    ///
    /// - Parameters:
    ///   - checks: the names of the checks to make; nil makes all.
    ///   - bind: the address that learners bind; nil: that of the configuration, or of ssh.
    ///   - isOverSSH: whether a launcher on another host asks.
    package init(
        of here: Surroundings, only checks: [String]? = nil, bind: String? = nil,
        isOverSSH: Bool = false
    ) async throws {
        let words = here.environment["SSH_CONNECTION"]?.split(separator: " ")
        let ssh = isOverSSH && words?.count == 4 ? words?.map(String.init) : nil
        self.init(
            version: CurrentProgram.version, build: try Self.ownDigest(),
            configuration: here.configuration?.digest, processors: here.processors)
        address = ssh?[2]
        caller = ssh?[0]
        var here = here
        here.address =
            bind ?? address.map(NetworkAddress.bracketed) ?? here.configuration?.exchange.host
            ?? here.address
        findings = await HealthChecks.examine(here, only: checks)
        time = Date().timeIntervalSince1970
    }

    /// The SHA-256 of this program, 64 digits.
    static func ownDigest() throws -> String {
        let program = try Data(contentsOf: URL(fileURLWithPath: CurrentProgram.image))
        return SHA256.digest(Array(program)).hexadecimal
    }
}
