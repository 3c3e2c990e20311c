import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Options
import Reporting

/// The processes of one launch: who runs, in which part, and where each keeps what is its own.
struct StageLaunch {
    let configuration: ExperimentConfiguration
    /// Of the run.
    let id: String
    /// Of the whole run.
    let directory: RunDirectory
    /// Whether what is published is kept in journals.
    var records = false
    /// Whether the run was begun before.
    var isResumed = false
    /// Where learners run, unless it is here.
    var remote: RemoteRun?

    /// Trains the learners of a stage together; those that were trained before teach.
    func train(stage: Int) async throws -> [String: LearnerResult] {
        let members = configuration.stages.graph(of: stage).learners.filter { !$0.isRecorded }
        let started = members.filter { !$0.isExternal }
        let optional = Set(members.map(\.name).filter { isOptional($0, in: stage) })
        let relays = configuration.relays(in: stage).relays
        let keys = try keys(of: members, and: relays)
        defer { keys?.remove() }
        let rendezvous = try Rendezvous(
            run: ExchangeIdentity.runIdentifier(of: id),
            configurationDigest: configuration.digestBytes,
            expected: members.map(\.name) + relays,
            optional: optional,
            endpoint: configuration.exchange.endpoint, security: keys?.security ?? .plain,
            limits: configuration.limits(), notice: complain)
        defer { rendezvous.stop(after: Set(members.filter(\.isExternal).map(\.name))) }
        for learner in members where learner.isExternal {
            complain(
                "'\(learner.name)' joins by itself: run \(id), rendezvous \(rendezvous.address),"
                    + " stage \(stage), digest \(configuration.digest)" + (keys?.notice ?? ""))
        }
        func arguments(for name: String) -> [String] {
            let address = rendezvous.address
            return [
                "--rendezvous", remote?.rendezvous(address, for: name) ?? address, "--stage",
                "\(stage)",
            ] + (keys?.arguments(for: name, in: remote?.keysFolder(of: name)) ?? [])
        }
        let serving = try relays.map { try self.relay($0, in: stage, arguments(for: $0)) }
        return try await launch(
            started.map(\.name), beside: serving, in: directory, optional: optional
        ) { name in
            let place = place(of: name, in: stage)
            return (
                place,
                arguments(for: name) + (records ? ["--keep-journal"] : [])
                    + (place == directory ? [] : try weights(of: name))
            )
        }
    }

    /// A relay's process.
    private func relay(_ name: String, in stage: Int, _ arguments: [String]) throws -> ProcessSpec {
        let place = directory.stage(stage).relay(name).path
        let shared = ["--run", id, "--exit-on-stdin-close"] + arguments
        if let remote { return try remote.relay(name, in: place, shared) }
        return ProcessSpec(
            name: name, executable: Self.executable,
            arguments: ["relay", directory.configuration, "--name", name, "--directory", place]
                + shared)
    }

    /// Whether the others of a stage can do without a learner, and it without them.
    private func isOptional(_ name: String, in stage: Int) -> Bool {
        let groups = configuration.stages.graph(of: stage).groups
            .filter { $0.to == name || $0.from.contains(name) }
        return !groups.isEmpty && groups.allSatisfy { $0.edge.missing == .drop }
    }

    /// New keys, where the exchange is secured.
    private func keys(of members: [Learner], and relays: [String]) throws -> LaunchKeys? {
        guard configuration.exchange.security == .curve else { return nil }
        let names = members.filter { !$0.isExternal }.map(\.name) + relays
        return try LaunchKeys(
            started: remote == nil ? names : [],
            external: members.filter(\.isExternal).map(\.name),
            remote: remote?.keys.filter { names.contains($0.key) } ?? [:],
            exchange: configuration.exchange, id: id)
    }

    /// Trains students without those that teach them.
    func trainAlone(_ names: [String]) async throws -> [String: LearnerResult] {
        let place = RunDirectory(path: "\(directory.path)/alone")
        return try await launch(names, in: place) { _ in (place, ["--alone"]) }
    }

    /// Writes down what those of some teachers say who teach in a stage, each by itself.
    func record(_ names: [String], stage: Int) async throws {
        let teaching = names.filter {
            !configuration.stages.graph(of: stage).pupils(of: $0).isEmpty
        }
        guard !teaching.isEmpty else { return }
        _ = try await launch(teaching, in: directory) { name in
            (place(of: name, in: stage), ["--only-record", "--stage", "\(stage)"])
        }
    }

    /// Where a learner keeps what it does in a stage: what it does first belongs to the run itself.
    private func place(of name: String, in stage: Int) -> RunDirectory {
        let first = configuration.stages.number(of: name) ?? self.stage(taughtBy: name)
        return first == stage ? directory : directory.stage(stage)
    }

    /// The first stage in which a learner teaches.
    private func stage(taughtBy name: String) -> Int? {
        (1...configuration.stages.count).first {
            !configuration.stages.graph(of: $0).pupils(of: name).isEmpty
        }
    }

    /// What a learner of an earlier stage came to; a teacher has weights of its own.
    private func weights(of name: String) throws -> [String] {
        guard configuration.stages.number(of: name) != nil else { return [] }
        if let remote { return ["--weights", remote.folder] }
        guard let checkpoint = directory.learner(name).latestCheckpoint else {
            throw DiskError(
                "read", directory.learner(name).checkpoints, "'\(name)' left no weights there",
                exitCode: 66)
        }
        return ["--weights", checkpoint.model]
    }

    /// Runs a process for each learner, to the end of all.
    ///
    /// - Parameters:
    ///   - relays: which serve them.
    ///   - optional: those that the others can do without.
    private func launch(
        _ names: [String], beside relays: [ProcessSpec] = [], in directory: RunDirectory,
        optional: Set<String> = [],
        part: (String) throws -> (place: RunDirectory, arguments: [String])
    ) async throws -> [String: LearnerResult] {
        try directory.create()
        var monitor = try await LaunchMonitor(names, in: directory)
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, names.count))
        let sockets = try TemporaryFolder(named: "cohort-\(id)")
        defer { sockets.remove() }
        let processes = try names.map { name in
            let (place, arguments) = try part(name)
            if isResumed, let epoch = place.learner(name).lastEpoch {
                monitor.remember(epoch, of: name)
            }
            let shared = ["--run", id, "--exit-on-stdin-close", "--quiet"] + arguments
            if let remote {
                return try remote.process(
                    name, among: names, in: place, shared, isOptional: optional.contains(name))
            }
            return ProcessSpec(
                name: name, executable: Self.executable,
                arguments: [
                    "learner", self.directory.configuration, "--name", name,
                    "--directory", place.path, "--threads",
                    "\(configuration[name]?.training.threads ?? threads)",
                ] + shared,
                environment: ["TMPDIR": sockets.path], isOptional: optional.contains(name))
        }
        let serving = relays.map { relay in
            var relay = relay
            relay.environment["TMPDIR"] = sockets.path
            return relay
        }
        let outcome = try await LocalLauncher().run(
            ProcessPlan(serving + processes, restarts: configuration.restarts)
        ) { event in
            try monitor.handle(event)
        }
        monitor.finish()
        if outcome.exitCode != 0 { throw LaunchFailure(outcome, first: monitor.firstFailure) }
        return monitor.results
    }

    /// This program, as it runs.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }
}

extension LearnerDirectory {
    /// What the learner last reported of an epoch.
    fileprivate var lastEpoch: EpochReport? {
        let records = try? JSONLines.read(path: metrics).records
        for record in records?.reversed() ?? [] {
            if case .epoch(let report) = record.body { return report }
        }
        return nil
    }
}
