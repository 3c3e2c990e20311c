import Bytes
import Experiment
import Foundation
import Launching
import Limits
import Options
import Reporting

extension HostGroup {
    /// Examines the hosts that a configuration's learners run on.
    ///
    /// - Parameter notice: receives messages for people.
    /// - Returns: the host of each learner, what was found there, and the configuration with an
    ///   address at which the hosts reach the launcher.
    /// - Throws: ``HostError``, the first problem.
    package func ready(
        _ configuration: ExperimentConfiguration, notice: (String) -> Void
    ) async throws -> (Placement, [RemoteHost: Examination], ExperimentConfiguration) {
        let placement = try placement(of: configuration)
        let own = try Examination(asking: configuration)
        let reports = await examine(
            placement.hosts, for: configuration, placement, own: own, only: HealthChecks.essential)
        do { try reports.requireSound() } catch {
            notice("the hosts are not ready:\n" + reports.text(beside: own))
            throw error
        }
        for report in reports {
            for remark in report.remarks { notice("\(report.host): \(remark)") }
        }
        notice("hosts are ready: \(placement.description)")
        let found = Dictionary(
            uniqueKeysWithValues: reports.compactMap { report in
                report.found.map { (report.host, $0) }
            })
        try Self.requireReachable(found)
        return (placement, found, try Self.addressed(configuration, found))
    }

    /// A host that ssh reaches at a loopback address is not reached there by the other hosts.
    private static func requireReachable(_ found: [RemoteHost: Examination]) throws {
        let addresses = found.map { ($0.key, $0.key.address ?? $0.value.address ?? "") }
        guard !addresses.allSatisfy({ NetworkAddress.isLoopback($0.1) }),
            let (host, address) = addresses.first(where: { NetworkAddress.isLoopback($0.1) })
        else { return }
        throw HostError(
            "\(host): ssh reaches it at \(address), where the other hosts cannot: name its"
                + " address by addr=")
    }

    /// The configuration with the address from which ssh called the hosts, unless it names one.
    private static func addressed(
        _ configuration: ExperimentConfiguration, _ found: [RemoteHost: Examination]
    ) throws -> ExperimentConfiguration {
        guard configuration.exchange.isAnyAddress, configuration.exchange.advertised == nil else {
            return configuration
        }
        let callers = Set(found.values.map(\.caller))
        guard !callers.contains(nil) else {
            throw HostError(
                "a host does not say from where ssh called it: name this host's address by"
                    + " exchange.transport=tcp exchange.host=ADDRESS")
        }
        var configuration = configuration
        if callers.count == 1, let caller = callers.first.flatMap(\.self) {
            configuration.exchange.host = NetworkAddress.bracketed(caller)
        } else if callers.contains(where: { $0?.contains(":") == true }) {
            configuration.exchange.host = NetworkAddress.anyIPv6
        }
        return configuration
    }
}

extension Examination {
    /// What the programs of other hosts are compared with: this program and what it reads out of a
    /// configuration. Nothing of this host is examined.
    package init(asking configuration: ExperimentConfiguration?) throws {
        version = CurrentProgram.version
        build = try Self.ownDigest()
        self.configuration = configuration?.digest
        (processors, time) = (ProcessorAllowance(shared: []), 0)
    }
}

extension RunDirectory {
    /// The file with the host of each learner; missing where all learners run on this host.
    private var hosts: String { "\(path)/hosts.txt" }

    /// Whether its learners run on hosts of their own, from which their files are fetched in the
    /// end.
    package var isOnHosts: Bool { FileManager.default.fileExists(atPath: hosts) }

    /// Writes the host of each learner.
    ///
    /// - Throws: ``DiskError``.
    func write(hosts text: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: hosts)) } catch {
            throw DiskError("write", hosts, error)
        }
    }

    /// Makes sure that a continued run finds its checkpoints: on the same hosts, or here.
    ///
    /// - Parameter text: the hosts of its learners now; nil for this host alone.
    ///
    /// - Throws: ``SettingError`` where it was begun elsewhere.
    package func requireHosts(_ text: String?) throws {
        let before = FileManager.default.contents(atPath: hosts).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard before != text else { return }
        let place = before == nil ? "on this host alone" : "on the hosts of \(hosts)"
        throw SettingError(
            "\(path) was begun \(place), where its checkpoints are: resume it there, or begin a new"
                + " run by --resume never")
    }
}
