import Bytes
import CohortGraph
import Experiment
import Foundation
import Launching

/// The hosts that a hostfile names, and how they are reached.
package struct HostGroup: Sendable {
    /// The hosts.
    package let file: Hostfile
    /// Runs scripts on them.
    package let shell: any RemoteShell
    /// Whether the program and the data are copied to hosts that lack them.
    package let copies: Bool
    /// The time now, in seconds since 1970.
    private let now: @Sendable () -> Double

    /// - Parameters:
    ///   - copies: whether the program and the data are copied to hosts that lack them.
    ///   - now: the time in seconds since 1970, against which the hosts' clocks are compared.
    package init(
        file: Hostfile, shell: any RemoteShell, copies: Bool = false,
        now: @escaping @Sendable () -> Double = { Date().timeIntervalSince1970 }
    ) {
        (self.file, self.shell, self.copies, self.now) = (file, shell, copies, now)
    }

    /// The host of each learner of a configuration that a launcher starts.
    ///
    /// - Throws: ``HostError`` (78) where there is not enough room.
    package func placement(of configuration: ExperimentConfiguration) throws -> Placement {
        let started = configuration.learners.filter { $0.source == nil && !$0.isExternal }
        return try Placement(
            of: started.map {
                Placement.Guest($0.name, RemoteHost.Role(rawValue: $0.role.rawValue) ?? .student)
            }, on: file)
    }

    /// Examines hosts, many at the same time, and copies what they lack where that is asked for.
    ///
    /// - Parameters:
    ///   - placement: of the configuration, where there is one.
    ///   - own: this program, with which the hosts' programs are compared.
    ///   - checks: the names of the checks to make; nil makes all.
    /// - Returns: a report of each host, in the order of the hosts.
    package func examine(
        _ hosts: [RemoteHost], for configuration: ExperimentConfiguration?,
        _ placement: Placement?, own: Examination, only checks: [String]? = nil
    ) async -> [HostReport] {
        await concurrently(hosts) { host in
            var report = HostReport(host, learners: placement?.learners(on: host) ?? [])
            do {
                if copies { try await copy(to: host, report.learners, configuration, own) }
                try await examine(&report, configuration, own, only: checks)
            } catch let error as HostError {
                report.problem = error
            } catch {
                report.problem = HostError("\(error)", exitCode: ExitCode(of: error))
            }
            return report
        }
    }

    private func copy(
        to host: RemoteHost, _ learners: [String], _ configuration: ExperimentConfiguration?,
        _ own: Examination
    ) async throws {
        let copying = HostCopy(shell: shell, host: host)
        try await copying.program(digest: own.build)
        try await copying.missing(try configuration?.dataPaths(of: learners) ?? [])
    }

    /// Runs the host's own `cohort doctor`.
    private func examine(
        _ report: inout HostReport, _ configuration: ExperimentConfiguration?, _ own: Examination,
        only checks: [String]?
    ) async throws {
        let host = report.host
        // What is only examined is left as it is.
        var script = RemoteScript(
            in: host, makingFolder: checks == HealthChecks.essential,
            environment: shell.environment)
        script.run(question(to: host, report.learners, configuration, only: checks))
        script.exit()
        let yaml = configuration?.resolvedYAML() ?? ""
        let answer = try await shell.run(script, on: host, input: Array(yaml.utf8))
        report.add(try Examination(answer, of: host), own: own, at: now())
    }

    /// The names by which the hosts are to reach one another, each once.
    private var names: [String] {
        var names: [String] = []
        for case let name? in file.hosts.map(\.address)
        where !NetworkAddress.isNumeric(name) && !names.contains(name) { names.append(name) }
        return names
    }

    /// The command line that examines a host for its learners.
    private func question(
        to host: RemoteHost, _ learners: [String], _ configuration: ExperimentConfiguration?,
        only checks: [String]?
    ) -> [String] {
        var words = [host.program, "doctor", "--json"] + (configuration == nil ? [] : ["-"])
        for learner in learners { words += ["--learner", learner] }
        for learner in configuration?.learners ?? []
        where learners.contains(learner.name) && learner.localWeights != nil {
            words += ["--awaiting", learner.name]
        }
        if let bound = host.bound { words += ["--bind", bound] }
        for check in checks ?? [] { words += ["--only", check] }
        for name in names where checks == nil { words += ["--resolve", name] }
        return words
    }
}

extension Examination {
    /// Reads what `cohort doctor --json` printed on a host.
    ///
    /// - Throws: ``HostError``: 66 where the program is missing, 76 where it is of another version,
    ///   otherwise with the code that it ended with.
    fileprivate init(_ answer: SSH.Finished, of host: RemoteHost) throws(HostError) {
        // A login shell may print lines of its own before it.
        let line = answer.output.split(whereSeparator: \.isNewline).last ?? ""
        guard let found = try? JSONDecoder().decode(Examination.self, from: Data(line.utf8))
        else { throw Self.failure(of: answer, on: host) }
        self = found
    }

    private static func failure(of answer: SSH.Finished, on host: RemoteHost) -> HostError {
        if let library = MissingLibrary(errors: answer.errors) {
            return HostError(
                "\(host.program) needs \(library.file), which this host lacks: \(library.remedy)",
                exitCode: .missingFile)
        }
        return switch answer.exitCode {
        case RemoteScript.notExecutable:
            HostError(
                "\(host.program) in \(host.folder) cannot be executed: give it the permission, or"
                    + " name by dir= or cohort= a folder whose disk is not mounted noexec"
                    + " (\(answer.errors))", exitCode: .missingFile)
        case RemoteScript.noProgram:
            HostError(
                "there is no program \(host.program) in \(host.folder): name it by cohort=, or copy"
                    + " this one by --copy (\(answer.errors))", exitCode: .missingFile)
        case .missingFile:
            HostError(
                "there is no folder \(host.folder): make it, name another by dir=, or copy this"
                    + " program there by --copy",
                exitCode: .missingFile)
        case .success:
            HostError(
                "its `cohort doctor` printed no examination: build the same version there, or copy"
                    + " this one by --copy", exitCode: .version)
        default:
            HostError(
                "its `cohort doctor` ended with exit code \(answer.exitCode): \(answer.errors)",
                exitCode: answer.exitCode == .usage ? .version : answer.exitCode)
        }
    }
}

extension RemoteHost {
    /// The address that its learners bind, where the hostfile determines it; a name cannot be
    /// bound.
    var bound: String? {
        if let boundAddress { return NetworkAddress.bracketed(boundAddress) }
        return address.map { address in
            NetworkAddress.isNumeric(address)
                ? NetworkAddress.bracketed(address) : NetworkAddress.any
        }
    }
}

extension LearnerOptions {
    /// The learner's initial weights, where they are a file on this host: it is sent to the
    /// learner's host. nil where they lie there.
    var localWeights: String? {
        weights.flatMap { try? WeightsFile($0, of: name).path }
    }
}
