import Bytes
import Experiment
import Foundation
import Launching
import Options
import Reporting

extension HostGroup {
    /// Looks at the hosts that a configuration's learners run on.
    ///
    /// - Returns: who runs where, what was found there, and the configuration with an address at which the
    ///   hosts reach the launcher.
    /// - Throws: ``HostError``, the first problem.
    func ready(
        _ configuration: ExperimentConfiguration
    ) async throws -> (Placement, [RemoteHost: Examination], ExperimentConfiguration) {
        let placement = try placement(of: configuration)
        let own = try Examination(asking: configuration)
        let reports = await examine(placement.hosts, for: configuration, placement, own: own)
        do { try reports.requireSound() } catch {
            complain("the hosts are not ready:\n" + reports.text(beside: own))
            throw error
        }
        for report in reports {
            for remark in report.remarks { complain("\(report.host): \(remark)") }
        }
        complain("hosts are ready: \(placement.description)")
        let found = Dictionary(
            uniqueKeysWithValues: reports.compactMap { report in
                report.found.map { (report.host, $0) }
            })
        try Self.requireReachable(found)
        return (placement, found, try Self.addressed(configuration, found))
    }

    /// One that ssh reaches by an address of this host alone is not reached so by the others.
    private static func requireReachable(_ found: [RemoteHost: Examination]) throws {
        let addresses = found.map { ($0.key, $0.key.address ?? $0.value.address ?? "") }
        func isLoopback(_ address: String) -> Bool {
            address.hasPrefix("127.") || address == "::1"
        }
        guard !addresses.allSatisfy({ isLoopback($0.1) }),
            let (host, address) = addresses.first(where: { isLoopback($0.1) })
        else { return }
        throw HostError(
            "\(host): ssh reaches it at \(address), where the other hosts cannot: name its address by"
                + " addr=")
    }

    /// With the address from which the hosts were called, unless the configuration names one.
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
            configuration.exchange.host = bracketed(caller)
        } else if callers.contains(where: { $0?.contains(":") == true }) {
            configuration.exchange.host = "[::]"
        }
        return configuration
    }
}

extension Examination {
    /// What hosts are compared with: this program, and what it makes of a configuration; nothing here is
    /// looked at.
    init(asking configuration: ExperimentConfiguration?) throws {
        version = Cohort.configuration.version
        build = try Self.ownDigest()
        self.configuration = configuration?.digest
        (threads, time) = (0, 0)
    }
}

extension RunDirectory {
    /// Who runs where; there only where learners run on other hosts.
    private var hosts: String { "\(path)/hosts.txt" }

    func write(hosts text: String) throws {
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: hosts)) } catch {
            throw DiskError("write", hosts, error)
        }
    }

    /// Makes sure that a run that is gone on with finds what it left: on the same hosts, or here.
    ///
    /// - Throws: ``SettingError`` where it was begun elsewhere.
    func requireHosts(_ text: String?) throws {
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
