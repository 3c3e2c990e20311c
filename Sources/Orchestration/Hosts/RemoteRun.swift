import Exchange
import Experiment
import Foundation
import Launching
import Limits
import Reporting
import ZeroMQ

/// A run whose learners are on other hosts: what each host receives before, and what is fetched
/// after.
package struct RemoteRun: Sendable {
    /// What is fetched besides logs and metrics.
    package enum Extra: String, CaseIterable, Sendable {
        case models, journals, answers
    }

    let placement: Placement
    let shell: any RemoteShell
    /// What was found on each host.
    let found: [RemoteHost: Examination]
    /// The run directory here.
    let directory: RunDirectory
    /// The run directory on every host, from the host's folder.
    package let folder: String
    let configuration: ExperimentConfiguration
    /// The relays of all stages, spread over the hosts beside their learners.
    private let relays: [String: RemoteHost]
    /// The program of each host, as the run began with it; see `programFolder(on:)`.
    package internal(set) var programs: [RemoteHost: String] = [:]
    /// The public keys of learners and relays; their hosts have made the secret ones and keep them.
    package internal(set) var keys: [String: CurveKey] = [:]

    /// - Parameters:
    ///   - found: what was found on each host.
    ///   - directory: the run directory here.
    package init(
        _ placement: Placement, shell: any RemoteShell, found: [RemoteHost: Examination],
        _ configuration: ExperimentConfiguration, directory: RunDirectory
    ) {
        self.placement = placement
        self.shell = shell
        self.found = found
        self.directory = directory
        self.configuration = configuration
        let name = URL(fileURLWithPath: directory.path).lastPathComponent
        folder = "runs/\(configuration.name)/\(name)"
        let relays = Set(
            (1...configuration.stages.count).flatMap { configuration.relays(in: $0).relays })
        self.relays = Dictionary(
            uniqueKeysWithValues: relays.sorted().enumerated().map { index, relay in
                (relay, placement.hosts[index % placement.hosts.count])
            })
    }

    /// The host of a learner or relay.
    func host(of member: String) -> RemoteHost {
        guard let host = placement[member] ?? relays[member] else {
            preconditionFailure("every learner and relay that is started has a host")
        }
        return host
    }

    /// The learners and relays of a host.
    func members(on host: RemoteHost) -> [String] {
        placement.learners(on: host) + relays.filter { $0.value == host }.keys.sorted()
    }

    /// The folder of a learner's or relay's secret key on its host: one for each, as hosts may
    /// share a disk.
    func keysFolder(of member: String) -> String { "\(folder)/keys/\(member)" }

    /// The folder of a host's program as it is when the run begins: a link to the file, so that the
    /// run goes on with it when another takes its place. One for each host, as hosts may share a
    /// disk.
    func programFolder(on host: RemoteHost) -> String { "\(folder)/\(members(on: host)[0])-bin" }

    /// A learner's process on its host.
    ///
    /// - Parameters:
    ///   - started: all learners that run at the same time.
    ///   - place: the directory that it would have here.
    ///   - arguments: those that are the same on every host.
    /// - Throws: ``HostError`` (78) where the host's address is not known.
    package func process(
        _ learner: String, among started: [String], in place: RunDirectory, _ arguments: [String],
        isOptional: Bool
    ) throws -> ProcessSpec {
        let host = host(of: learner)
        let threads = configuration.threads(
            of: learner, among: learners(on: host, of: started), on: allowance(of: host))
        return try process(
            "learner", learner, in: place.path,
            ["--threads", "\(threads.threads)", "--threads-reason", threads.reason] + arguments,
            isOptional: isOptional)
    }

    /// What is unwise about the threads of learners that run at the same time, a line each.
    func threadRemarks(of started: [String]) -> [String] {
        placement.hosts.flatMap { host in
            configuration.threadRemarks(
                of: learners(on: host, of: started), on: allowance(of: host)
            ).map { "\(host): \($0)" }
        }
    }

    private func learners(on host: RemoteHost, of started: [String]) -> [String] {
        placement.learners(on: host).filter(started.contains)
    }

    private func allowance(of host: RemoteHost) -> ProcessorAllowance {
        found[host]?.processors ?? ProcessorAllowance(shared: [])
    }

    /// A relay's process on its host.
    ///
    /// - Throws: ``HostError`` (78) where the host's address is not known.
    package func relay(_ name: String, in place: String, _ arguments: [String]) throws
        -> ProcessSpec
    {
        try process("relay", name, in: place, arguments)
    }

    private func process(
        _ command: String, _ name: String, in place: String, _ arguments: [String],
        isOptional: Bool = false
    ) throws -> ProcessSpec {
        var host = host(of: name)
        let words = [command, "\(folder)/config.yaml"] + (try overrides(for: host))
        let own = ["--name", name, "--directory", folder + place.dropFirst(directory.path.count)]
        host.program = programs[host] ?? host.program
        return shell.process(named: name, on: host, words + own + arguments, isOptional: isOptional)
    }

    /// The settings of the addresses that a host's learners bind and are reached at.
    private func overrides(for host: RemoteHost) throws -> [String] {
        let reached = try address(of: host)
        return [
            "exchange.transport=tcp",
            "exchange.host=\"\(host.bound ?? NetworkAddress.bracketed(reached))\"",
            "exchange.advertise=\"\(NetworkAddress.bracketed(reached))\"",
            "exchange.security=\(configuration.exchange.security.rawValue)",
        ]
    }

    private func address(of host: RemoteHost) throws -> String {
        guard let address = host.address ?? found[host]?.address else {
            throw HostError("\(host): name its address by addr=", exitCode: .configuration)
        }
        return address
    }

    /// The rendezvous' address as a learner's host reaches it.
    package func rendezvous(_ address: String, for member: String) -> String {
        let exchange = configuration.exchange
        guard exchange.isAnyAddress, exchange.advertised == nil,
            let caller = found[host(of: member)]?.caller, let colon = address.lastIndex(of: ":")
        else { return address }
        return "tcp://\(NetworkAddress.bracketed(caller))\(address[colon...])"
    }
}

extension ExchangeOptions {
    /// Whether every address of the host is bound.
    var isAnyAddress: Bool {
        [NetworkAddress.any, NetworkAddress.anyIPv6, "*", "::"].contains(host)
    }
}
