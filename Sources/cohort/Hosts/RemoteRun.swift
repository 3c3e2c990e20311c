import Exchange
import Experiment
import Foundation
import Launching
import Reporting
import ZeroMQ

/// A run whose learners are on other hosts: what each host is given before, and what comes back after.
struct RemoteRun: Sendable {
    /// What is gathered besides logs and metrics.
    enum Extra: String, CaseIterable, Sendable {
        case models, journals
    }

    let placement: Placement
    let ssh: SSH
    /// What was found on each host.
    let found: [RemoteHost: Examination]
    /// Here.
    let directory: RunDirectory
    /// The run directory on every host, from the host's folder.
    let folder: String
    let configuration: ExperimentConfiguration
    /// The relays of all stages, spread over the hosts beside their learners.
    private let relays: [String: RemoteHost]
    /// The public keys of learners and relays, whose secret ones their hosts have made and keep.
    private(set) var keys: [String: CurveKey] = [:]

    init(
        _ placement: Placement, ssh: SSH, found: [RemoteHost: Examination],
        _ configuration: ExperimentConfiguration, directory: RunDirectory
    ) {
        self.placement = placement
        self.ssh = ssh
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

    private func host(of member: String) -> RemoteHost {
        guard let host = placement[member] ?? relays[member] else {
            preconditionFailure("whoever is started has a place")
        }
        return host
    }

    /// The learners and relays of a host.
    private func members(on host: RemoteHost) -> [String] {
        placement.learners(on: host) + relays.filter { $0.value == host }.keys.sorted()
    }

    /// Where a learner's or relay's secret key lies on its host: each has a folder, as hosts may share theirs.
    func keysFolder(of member: String) -> String { "\(folder)/keys/\(member)" }

    /// Gives every host the configuration, its learners their weights and, where the exchange is secured,
    /// keys of their own.
    mutating func prepare() async throws {
        let ready = self
        let made = await concurrently(placement.hosts) { host in
            await Result { try await ready.prepare(host) }
        }
        for result in made { keys.merge(try result.get()) { $1 } }
    }

    private func prepare(_ host: RemoteHost) async throws -> [String: CurveKey] {
        var sent = configuration
        for (index, learner) in sent.learners.enumerated() {
            guard let weights = learner.localWeights else { continue }
            let path = "\(folder)/weights/\(learner.name).safetensors"
            sent.learners[index].weights = path
            guard placement[learner.name] == host else { continue }
            try await HostCopy(ssh: ssh, host: host).send(weights, as: path)
        }
        let all = members(on: host)
        let file = RemoteScript.quoted("\(folder)/config.yaml")
        let draft = RemoteScript.quoted("\(folder)/config-\(all[0]).yaml")
        let named = configuration.exchange.security == .curve ? all : []
        var script = RemoteScript(in: host, makingFolder: true, environment: ssh.environment)
        script.require(["mkdir", "-p", "--", folder])
        script.require(shell: "cat > \(draft) && mv -f \(draft) \(file)")
        for member in named {
            let keys = keysFolder(of: member)
            script.require(["rm", "-rf", "--", keys])
            script.require([host.program, "keys", "new", member, "--folder", keys])
        }
        let result = try await ssh.run(script, on: host, input: Array(sent.resolvedYAML().utf8))
        guard result.exitCode == 0 else {
            throw HostError("\(host): \(result.errors)", exitCode: result.exitCode)
        }
        do { return try Self.keys(in: result.output, of: named) } catch {
            throw HostError("\(host): \(error)", exitCode: exitCode(of: error))
        }
    }

    /// Reads the public certificates that a host has printed one after another.
    private static func keys(
        in output: String, of members: [String]
    ) throws -> [String: CurveKey] {
        var keys: [String: CurveKey] = [:]
        for text in output.split(separator: "metadata").dropFirst() {
            let certificate = try Certificate(text: "metadata\(text)")
            keys[certificate.name ?? ""] = certificate.publicKey
        }
        guard Set(keys.keys) == Set(members) else {
            throw HostError("it made keys of others than its learners and relays", exitCode: 77)
        }
        return keys
    }

    /// A learner's process on its host.
    ///
    /// - Parameters:
    ///   - place: where it keeps what is its own, as it would be called here.
    ///   - arguments: those that are the same wherever it runs.
    func process(
        _ learner: String, among started: [String], in place: RunDirectory, _ arguments: [String],
        isOptional: Bool
    ) throws -> ProcessSpec {
        let host = host(of: learner)
        let processors = found[host]?.threads ?? 1
        let threads =
            configuration[learner]?.training.threads
            ?? max(
                1,
                processors / max(1, placement.learners(on: host).count(where: started.contains)))
        return try process(
            "learner", learner, in: place.path, ["--threads", "\(threads)"] + arguments,
            isOptional: isOptional)
    }

    /// A relay's process on its host.
    func relay(_ name: String, in place: String, _ arguments: [String]) throws -> ProcessSpec {
        try process("relay", name, in: place, arguments)
    }

    private func process(
        _ command: String, _ name: String, in place: String, _ arguments: [String],
        isOptional: Bool = false
    ) throws -> ProcessSpec {
        let host = host(of: name)
        let words = [command, "\(folder)/config.yaml"] + (try overrides(for: host))
        let own = ["--name", name, "--directory", folder + place.dropFirst(directory.path.count)]
        return ssh.process(named: name, on: host, words + own + arguments, isOptional: isOptional)
    }

    /// What a host's learners bind and are reached at.
    private func overrides(for host: RemoteHost) throws -> [String] {
        let reached = try address(of: host)
        return [
            "exchange.transport=tcp",
            "exchange.host=\"\(host.bound ?? HostGroup.bracketed(reached))\"",
            "exchange.advertise=\"\(HostGroup.bracketed(reached))\"",
            "exchange.security=\(configuration.exchange.security.rawValue)",
        ]
    }

    private func address(of host: RemoteHost) throws -> String {
        guard let address = host.address ?? found[host]?.address else {
            throw HostError("\(host): name its address by addr=", exitCode: 78)
        }
        return address
    }

    /// The rendezvous' address as a learner's host reaches it.
    func rendezvous(_ address: String, for member: String) -> String {
        let exchange = configuration.exchange
        guard exchange.isAnyAddress, exchange.advertised == nil,
            let caller = found[host(of: member)]?.caller, let colon = address.lastIndex(of: ":")
        else { return address }
        return "tcp://\(HostGroup.bracketed(caller))\(address[colon...])"
    }

    /// Does what is to be done on the hosts, and fetches what it left however it ended.
    func gathering<Result>(
        _ extras: Set<Extra>, _ body: () async throws -> Result
    ) async throws -> Result {
        let result: Result
        do { result = try await body() } catch {
            do { try await gather(extras) } catch let problem { complain("\(problem)") }
            throw error
        }
        try await gather(extras)
        return result
    }

    /// Fetches logs and metrics, and what else is asked for, from every host that can be reached, and
    /// removes the run's keys there.
    ///
    /// - Throws: the first failure, when all has been fetched that can be.
    func gather(_ extras: Set<Extra>) async throws {
        let ended = await concurrently(Array(placement.hosts.enumerated())) { index, host in
            await Result { try await gather(extras, from: host, index) }
        }
        // One host that is lost keeps nobody from fetching from the others.
        for result in ended { try result.get() }
    }

    private func gather(_ extras: Set<Extra>, from host: RemoteHost, _ index: Int) async throws {
        let wanted =
            ["-name log.txt", "-o -name metrics.jsonl"]
            + (extras.contains(.models) ? ["-o -path '*/checkpoints/*'"] : [])
            + (extras.contains(.journals) ? ["-o -path '*/journal/*'"] : [])
        var script = RemoteScript(in: host)
        script.require(["rm", "-rf", "--"] + members(on: host).map(keysFolder))
        script.require(["cd", "--", folder])
        script.require(
            shell: "find . -type f '(' \(wanted.joined(separator: " ")) ')' -print0"
                + " | tar -c -f - --null --no-recursion -T -")
        let pack = "\(directory.path)/gathered-\(index).tar"
        defer { try? FileManager.default.removeItem(atPath: pack) }
        let result = try await ssh.run(script, on: host, into: pack)
        guard result.exitCode == 0 else {
            throw HostError("\(host): cannot gather logs: \(result.errors)", exitCode: 74)
        }
        let learners = Set(placement.learners(on: host))
        try await Tar.unpack(pack, into: directory.path) { member in
            let match = member.wholeMatch(
                of: /\.\/(?:stages\/[0-9]+\/|alone\/)?learners\/([A-Za-z0-9_-]+)\/.+/)
            return !member.contains("..") && match.map { learners.contains(String($0.1)) } == true
        }
    }
}

extension ExchangeOptions {
    /// Whether every address of the host is bound.
    var isAnyAddress: Bool { host == HostGroup.anyAddress || host == "[::]" }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
