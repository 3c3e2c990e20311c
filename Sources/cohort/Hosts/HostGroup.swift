import CohortGraph
import Experiment
import Foundation
import Launching

/// The hosts that a hostfile names.
struct HostGroup: Sendable {
    let file: Hostfile
    let ssh: SSH
    /// Whether the program and the data are copied to those that lack them.
    let copies: Bool

    /// All addresses of a host.
    static let anyAddress = "0.0.0.0"

    /// Above it a clock is worth a remark; nothing but the logs depends on it.
    private static let oddOffset = 2.0

    /// An address as it stands before a port.
    static func bracketed(_ address: String) -> String {
        address.contains(":") ? "[\(address)]" : address
    }

    /// Which learner of a configuration runs where.
    func placement(of configuration: ExperimentConfiguration) throws -> Placement {
        let started = configuration.learners.filter { $0.source == nil && !$0.isExternal }
        return try Placement(
            of: started.map {
                Placement.Guest($0.name, RemoteHost.Role(rawValue: $0.role.rawValue) ?? .student)
            }, on: file)
    }

    /// Looks at hosts, many at the same time, and copies what they lack where that is asked for.
    ///
    /// - Parameter placement: of the configuration, where there is one.
    func examine(
        _ hosts: [RemoteHost], for configuration: ExperimentConfiguration?,
        _ placement: Placement?, own: Examination
    ) async -> [HostReport] {
        await concurrently(hosts) { host in
            let learners = placement?.learners(on: host) ?? []
            var report = HostReport(host, learners: learners)
            do {
                if copies { try await copy(to: host, learners, configuration, own) }
                try await examine(&report, configuration, own)
            } catch let error as HostError {
                report.problem = error
            } catch {
                report.problem = HostError("\(error)", exitCode: exitCode(of: error))
            }
            return report
        }
    }

    private func copy(
        to host: RemoteHost, _ learners: [String], _ configuration: ExperimentConfiguration?,
        _ own: Examination
    ) async throws {
        let copying = HostCopy(ssh: ssh, host: host)
        try await copying.program(digest: own.build)
        try await copying.missing(try configuration?.dataPaths(of: learners) ?? [])
    }

    /// Asks a host's own `cohort doctor`.
    private func examine(
        _ report: inout HostReport, _ configuration: ExperimentConfiguration?, _ own: Examination
    ) async throws {
        let host = report.host
        var words = [host.program, "doctor", "--json"] + (configuration == nil ? [] : ["-"])
        for learner in report.learners { words += ["--learner", learner] }
        for learner in configuration?.learners ?? []
        where report.learners.contains(learner.name) && learner.localWeights != nil {
            words += ["--awaiting", learner.name]
        }
        if let bound = host.bound { words += ["--bind", bound] }
        var script = RemoteScript(in: host, makingFolder: true, environment: ssh.environment)
        script.run(words)
        script.exit()
        let yaml = configuration?.resolvedYAML() ?? ""
        let answer = try await ssh.run(script, on: host, input: Array(yaml.utf8))
        let now = Date().timeIntervalSince1970
        // Before it a login shell may have said something of its own.
        let line = answer.output.split(whereSeparator: \.isNewline).last ?? ""
        guard answer.exitCode == .success,
            let found = try? JSONDecoder().decode(Examination.self, from: Data(line.utf8))
        else { throw Self.failure(of: answer, on: host) }
        report.found = found
        report.offset = found.time - now
        report.problem = Self.problem(found, own)
        if found.build != own.build {
            report.remarks.append(
                "its program is of another build; the same bits are promised for the same build alone"
            )
        }
        if abs(found.time - now) > Self.oddOffset {
            report.remarks.append("its clock differs, and so will the times in its logs")
        }
    }

    /// Why a host's doctor gave no answer.
    private static func failure(of answer: SSH.Finished, on host: RemoteHost) -> HostError {
        switch answer.exitCode {
        case ExitCode(rawValue: 126), ExitCode(rawValue: 127):
            HostError(
                "there is no program \(host.program) in \(host.folder): name it by cohort=, or copy"
                    + " this one by --copy (\(answer.errors))", exitCode: .missingFile)
        case .success:
            HostError("its `cohort doctor` says what nobody understands", exitCode: .version)
        default:
            HostError(
                "its `cohort doctor` ended with exit code \(answer.exitCode): \(answer.errors)",
                exitCode: answer.exitCode == .usage ? .version : answer.exitCode)
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
                    + " \(found.configuration ?? "none")): build the same there, or copy this one by"
                    + " --copy", exitCode: .version)
        }
        return found.problem.map { HostError($0.words, exitCode: $0.exitCode) }
    }
}

extension RemoteHost {
    /// What its learners bind, where the file says something: an address, as a name cannot be bound.
    var bound: String? {
        if let boundAddress { return HostGroup.bracketed(boundAddress) }
        return address.map { address in
            address.isNumeric ? HostGroup.bracketed(address) : HostGroup.anyAddress
        }
    }
}

extension String {
    /// Whether it is an address and not a name.
    fileprivate var isNumeric: Bool {
        contains(":") || allSatisfy { $0.isNumber || $0 == "." }
    }
}

extension LearnerOptions {
    /// The weights that it begins with, where they are a file here: they are sent to its host. Others lie
    /// there.
    var localWeights: String? {
        weights.flatMap { try? WeightsFile($0, of: name).path }
    }
}
