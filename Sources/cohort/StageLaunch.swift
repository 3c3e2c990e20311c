import Bytes
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
    /// Whose share of the run this is; nil for all of it.
    var rank: RankPlace?

    /// Trains the learners of a stage together; those that were trained before teach.
    func train(stage: Int) async throws -> [String: LearnerResult] {
        let members = members(of: stage)
        let relays = configuration.relays(in: stage).relays
        let keys = try keys(of: members, and: relays)
        defer { keys?.remove() }
        let rendezvous = try rendezvous(of: stage, at: configuration.exchange.endpoint, keys)
        defer { rendezvous.stop(after: externals(of: stage)) }
        return try await train(
            members.filter { !$0.isExternal }.map(\.name), beside: relays, stage: stage,
            at: rendezvous.address,
            keys: { keys?.arguments(for: $0, in: remote?.keysFolder(of: $0)) ?? [] },
            lost: rendezvous.giveUp)
    }

    /// Trains those learners of a stage that are started here.
    ///
    /// - Parameters:
    ///   - relays: which run here.
    ///   - rendezvous: the address where the cohort meets.
    ///   - keys: what a learner or a relay is told of them.
    ///   - lost: called with each that the others go on without.
    func train(
        _ names: [String], beside relays: [String], stage: Int, at rendezvous: String,
        keys: (String) -> [String], lost: (String) -> Void
    ) async throws -> [String: LearnerResult] {
        func arguments(for name: String) -> [String] {
            let address = remote?.rendezvous(rendezvous, for: name) ?? rendezvous
            return ["--rendezvous", address, "--stage", "\(stage)"] + patience + keys(name)
        }
        let serving = try relays.map { try self.relay($0, in: stage, arguments(for: $0)) }
        return try await launch(
            names, beside: serving, in: directory, optional: optional(in: stage), lost: lost
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
            arguments: ["relay", configurationFile, "--name", name, "--directory", place]
                + shared)
    }

    /// A scheduler signals every process of a rank, and each may hear of it twice.
    private var patience: [String] { rank == nil ? [] : ["--ignore-repeats"] }

    /// Trains students without those that teach them.
    func trainAlone(_ names: [String]) async throws -> [String: LearnerResult] {
        let place = directory.alone
        return try await launch(names, in: place) { _ in (place, ["--alone"] + patience) }
    }

    /// Writes down what those of some teachers say who teach in a stage, each by itself.
    func record(_ names: [String], stage: Int) async throws {
        let teaching = names.filter {
            configuration.stages.graph(of: stage).teaches($0)
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
            configuration.stages.graph(of: $0).teaches(name)
        }
    }

    /// What a learner of an earlier stage came to; a teacher has weights of its own.
    private func weights(of name: String) throws -> [String] {
        guard configuration.stages.number(of: name) != nil else { return [] }
        if let remote { return ["--weights", remote.folder] }
        guard let checkpoint = directory.learner(name).latestCheckpoint else {
            throw DiskError(
                "read", directory.learner(name).checkpoints, "'\(name)' left no weights there",
                exitCode: .missingFile)
        }
        return ["--weights", checkpoint.model]
    }

    /// Runs a process for each learner, to the end of all.
    ///
    /// - Parameters:
    ///   - relays: which serve them.
    ///   - optional: those that the others can do without.
    ///   - lost: called with each of these that is killed too often.
    private func launch(
        _ names: [String], beside relays: [ProcessSpec] = [], in directory: RunDirectory,
        optional: Set<String> = [], lost: (String) -> Void = { _ in },
        part: (String) throws -> (place: RunDirectory, arguments: [String])
    ) async throws -> [String: LearnerResult] {
        let logs = rank?.logs(in: directory) ?? directory
        try logs.create()
        var monitor = try await LaunchMonitor(names, in: logs)
        let processors = rank?.processors ?? ProcessInfo.processInfo.activeProcessorCount
        let threads = max(1, processors / max(1, names.count))
        let sockets = try TemporaryFolder(named: "cohort-\(rank?.label(id) ?? id)")
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
                    "learner", configurationFile, "--name", name,
                    "--directory", place.path, "--threads",
                    "\(configuration[name]?.training.threads ?? threads)",
                ] + shared,
                environment: (rank?.variables ?? [:]).merging(["TMPDIR": sockets.path]) { $1 },
                isOptional: optional.contains(name))
        }
        let serving = relays.map { relay in
            var relay = relay
            relay.environment["TMPDIR"] = sockets.path
            return relay
        }
        let outcome = try await LocalLauncher().run(
            ProcessPlan(
                serving + processes, restarts: configuration.restarts, ignoresRepeats: rank != nil)
        ) { event in
            try monitor.handle(event)
            if case .lost(let end) = event { lost(end.name) }
        }
        monitor.finish()
        if outcome.exitCode != .success {
            let first = monitor.firstFailure
            throw LaunchFailure(
                outcome, first: first,
                departed: first.flatMap { monitor.results[$0]?.end?.departed })
        }
        return monitor.results
    }

    private var configurationFile: String {
        (rank?.logs(in: directory) ?? directory).configuration
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
