import Bytes
import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Limits
import Options
import Reporting
import Watching

/// The processes of one launch: which run in each stage, and where each keeps its files.
struct StageLaunch {
    let configuration: ExperimentConfiguration
    /// The run's identifier.
    let id: String
    /// The directory of the whole run.
    let directory: RunDirectory
    /// Receives messages for people, a line each.
    let notice: @Sendable (String) -> Void
    /// What those that join by themselves are told of the training.
    let facts: JoiningFacts
    /// Receives a line of JSON whenever a rendezvous listens: see ``JoiningContact``.
    var printContact: @Sendable (String) -> Void = { _ in }
    /// How much of the progress is shown.
    var progress = ProgressAmount.auto
    /// Whether what is published is kept in journals.
    var keepsJournals = false
    /// Whether the run was begun before.
    var isResumed = false
    /// The hosts on which learners run; nil for this one.
    var remote: RemoteRun?
    /// The rank whose share of the run this is; nil for all of it.
    var rank: RankPlace?
    /// The processors of this host that the launcher and its learners may use.
    var allowance = ProcessorAllowance()

    /// Trains the learners of a stage together; those that were trained before teach.
    func train(stage: Int) async throws -> [String: LearnerResult] {
        let members = members(of: stage)
        let relays = configuration.relays(in: stage).relays
        let keys = try keys(of: members, and: relays)
        defer { keys?.remove() }
        let rendezvous = try rendezvous(of: stage, at: configuration.exchange.endpoint, keys)
        defer { close(rendezvous, of: stage) }
        return try await train(
            members.filter { !$0.isExternal }.map(\.name), beside: relays, stage: stage,
            at: rendezvous.address, commands: try commands(in: stage, keys),
            keys: { keys?.arguments(for: $0, in: remote?.keysFolder(of: $0)) ?? [] },
            lost: rendezvous.giveUp)
    }

    /// Trains those learners of a stage that are started here.
    ///
    /// - Parameters:
    ///   - relays: the names of the relays that run here.
    ///   - rendezvous: the address where the cohort meets.
    ///   - commands: the programs of external learners that run here.
    ///   - keys: the arguments that give a process its keys.
    ///   - lost: called with the name of each learner that the others go on without.
    func train(
        _ names: [String], beside relays: [String], stage: Int, at rendezvous: String,
        commands: [ProcessSpec], keys: (String) -> [String], lost: (String) -> Void
    ) async throws -> [String: LearnerResult] {
        func arguments(for name: String) -> [String] {
            let address = remote?.rendezvous(rendezvous, for: name) ?? rendezvous
            return ["--rendezvous", address, "--stage", "\(stage)"] + signalArguments + keys(name)
        }
        try await writePlans(of: names, in: stage)
        let serving = try relays.map { try self.relay($0, in: stage, arguments(for: $0)) }
        return try await launch(
            names, beside: serving + commands, in: directory, optional: optional(in: stage),
            lost: lost
        ) { name in
            let part = part(of: name, in: stage)
            return (
                part,
                arguments(for: name) + (keepsJournals ? ["--keep-journal"] : [])
                    + (part == .cohort ? try parts(of: name) : try weights(of: name))
            )
        }
    }

    /// A relay's process.
    private func relay(_ name: String, in stage: Int, _ arguments: [String]) throws -> ProcessSpec {
        let place = directory.stage(stage).relay(name).path
        let shared = ["--run", id, "--exit-on-stdin-close"] + arguments
        if let remote { return try remote.relay(name, in: place, shared) }
        return ProcessSpec(
            name: name, executable: CurrentProgram.image,
            arguments: ["relay", configurationFile, "--name", name, "--directory", place]
                + shared, title: CurrentProgram.path)
    }

    /// A scheduler signals every process of a rank, and the rank's launcher signals its learners
    /// too: each may receive the signal twice.
    private var signalArguments: [String] { rank == nil ? [] : ["--ignore-repeats"] }

    /// Trains students without their teachers.
    func trainAlone(_ names: [String]) async throws -> [String: LearnerResult] {
        try await launch(names, in: directory.alone) { _ in (.alone, ["--alone"] + signalArguments)
        }
    }

    /// Records what those of some teachers publish that teach in a stage, each by itself.
    func record(_ names: [String], stage: Int) async throws {
        let teaching = names.filter {
            configuration.stages.graph(of: stage).teaches($0)
        }
        guard !teaching.isEmpty else { return }
        _ = try await launch(teaching, in: directory) { name in
            (part(of: name, in: stage), ["--only-record", "--stage", "\(stage)"])
        }
    }

    /// Where a learner keeps its files of a stage.
    func place(of name: String, in stage: Int) -> RunDirectory {
        part(of: name, in: stage).directory(in: directory)
    }

    /// Which part of the run a learner's stage is: that of its first one is the cohort's, whose
    /// files lie in the run itself.
    private func part(of name: String, in stage: Int) -> RunPart {
        let first = configuration.stages.number(of: name) ?? self.stage(taughtBy: name)
        return first == stage ? .cohort : .stage(stage)
    }

    /// The first stage in which a learner teaches.
    private func stage(taughtBy name: String) -> Int? {
        (1...configuration.stages.count).first {
            configuration.stages.graph(of: $0).teaches(name)
        }
    }

    /// The argument for the weights that a learner of an earlier stage reached; none for a teacher,
    /// whose weights are configured.
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

    /// The argument for the weights of the learner of whose model another one has a part; none
    /// where they are configured.
    private func parts(of name: String) throws -> [String] {
        guard let lender = configuration[name]?.borrowed?.part.lender else { return [] }
        if let remote, remote.host(of: name) != remote.host(of: lender) {
            throw SettingError(
                "learner '\(name)' has a part of the model of '\(lender)', and the two are on"
                    + " different hosts; place them on one")
        }
        guard configuration.stages.number(of: lender) != nil else { return [] }
        if let remote { return ["--parts", remote.folder] }
        guard let checkpoint = directory.learner(lender).latestCheckpoint else {
            throw DiskError(
                "read", directory.learner(lender).checkpoints, "'\(lender)' left no weights there",
                exitCode: .missingFile)
        }
        return ["--parts", checkpoint.model]
    }

    /// Runs a process for each learner, to the end of all.
    ///
    /// - Parameters:
    ///   - others: the relays that serve them, and the programs of external learners.
    ///   - optional: the names of those that the others can do without.
    ///   - lost: called with the name of each of these that is killed too often.
    ///   - task: the part of the run in which a learner trains, where it keeps its files, and its
    ///     arguments besides those that all have.
    private func launch(
        _ names: [String], beside others: [ProcessSpec] = [], in directory: RunDirectory,
        optional: Set<String> = [], lost: (String) -> Void = { _ in },
        task: (String) throws -> (part: RunPart, arguments: [String])
    ) async throws -> [String: LearnerResult] {
        let logs = rank?.logs(in: directory) ?? directory
        try logs.create()
        remarkThreads(of: names)
        let tasks = try names.map(task)
        let parts = Dictionary(zip(names, tasks.map(\.part))) { first, _ in first }
        let display = ProgressDisplay(progress, learners: names, in: parts)
        let resizes = display.isDrawn ? await TerminalResizes() : nil
        defer { withExtendedLifetime(resizes) {} }
        let latest = resizes?.latest
        var monitor = try LaunchMonitor(
            names, of: parts, in: logs, display,
            size: { latest?.size.map(TerminalSize.init(_:)) })
        let sockets = try TemporaryFolder(named: "cohort-\(rank?.label(id) ?? id)")
        defer { sockets.remove() }
        let processes = try zip(names, tasks).map { name, task in
            let place = task.part.directory(in: self.directory)
            if isResumed, let epoch = place.learner(name).lastEpoch {
                monitor.restore(epoch, of: name)
            }
            return try learner(
                name, among: names, in: place, task.arguments, sockets: sockets.path,
                isOptional: optional.contains(name))
        }
        let serving = others.map { other in
            var other = other
            other.environment["TMPDIR"] = sockets.path
            return other
        }
        var plan = ProcessPlan(
            serving + processes, restarts: configuration.restarts, ignoresRepeats: rank != nil)
        plan.tick = LaunchMonitor.tick
        let outcome = try await LocalLauncher().run(plan) { event in
            try monitor.handle(event)
            if case .lost(let end) = event { lost(end.name) }
        }
        try monitor.finish()
        if outcome.exitCode != .success {
            throw LaunchFailure(
                outcome, first: monitor.progress.firstFailure,
                departed: monitor.progress.departed)
        }
        return monitor.progress.results
    }

    /// A learner's process.
    ///
    /// - Parameters:
    ///   - names: all learners that run at the same time, and share the processors.
    ///   - sockets: the folder for its socket files.
    private func learner(
        _ name: String, among names: [String], in place: RunDirectory, _ arguments: [String],
        sockets: String, isOptional: Bool
    ) throws -> ProcessSpec {
        // The run itself was compared with what it was begun with.
        let shared =
            ["--run", id, "--exit-on-stdin-close", "--quiet"]
            + (isResumed ? ["--extend"] : []) + arguments
        if let remote {
            return try remote.process(
                name, among: names, in: place, shared, isOptional: isOptional)
        }
        let threads = configuration.threads(
            of: name, among: names, on: allowance, ranks: ranksOnHost)
        return ProcessSpec(
            name: name, executable: CurrentProgram.image,
            arguments: [
                "learner", configurationFile, "--name", name, "--directory", place.path,
                "--threads", "\(threads.threads)", "--threads-reason", threads.reason,
            ] + shared,
            environment: (rank?.variables ?? [:]).merging(["TMPDIR": sockets]) { $1 },
            isOptional: isOptional, title: CurrentProgram.path)
    }

    /// The launchers on this host, which share its processors.
    private var ranksOnHost: Int { rank?.environment.localSize ?? 1 }

    /// Says what is unwise about the threads of learners that run at the same time.
    private func remarkThreads(of names: [String]) {
        let remarks =
            remote?.threadRemarks(of: names)
            ?? configuration.threadRemarks(of: names, on: allowance, ranks: ranksOnHost)
        remarks.forEach(notice)
    }

    private var configurationFile: String {
        (rank?.logs(in: directory) ?? directory).configuration
    }
}

extension LearnerDirectory {
    /// The learner's last report of an epoch.
    fileprivate var lastEpoch: EpochReport? {
        let records = try? JSONLines.read(path: metrics).records
        for record in records?.reversed() ?? [] {
            if case .epoch(let report) = record.body { return report }
        }
        return nil
    }
}
