import Bytes
import CohortGraph
import Experiment
import Foundation
import Launching
import Reporting
import ZeroMQ

/// One run of a cohort on this host: its stages in their order, and each student alone to compare.
struct CohortLaunch {
    private let configuration: ExperimentConfiguration
    private let id: String
    private let records: Bool
    /// The run that is gone on with; nil for a new one.
    private let unfinished: UnfinishedRun?
    private let hosts: HostGroup?
    private let gathers: Set<RemoteRun.Extra>

    /// - Parameters:
    ///   - records: whether all that is published is kept in journals.
    ///   - resume: whether to go on with a run that was begun before.
    ///   - hosts: where learners run, unless it is here.
    ///   - gathers: what comes back from there besides logs and metrics.
    /// - Throws: as ``UnfinishedRun/find(for:_:)``.
    init(
        _ configuration: ExperimentConfiguration, records: Bool = false, resume: Resume = .never,
        hosts: HostGroup? = nil, gathers: Set<RemoteRun.Extra> = []
    ) throws {
        let unfinished = try UnfinishedRun.find(for: configuration, resume)
        self.unfinished = unfinished
        id = unfinished?.id ?? String(UInt32.random(in: 0 ... .max), radix: 36)
        var fixed = configuration
        fixed.learners = configuration.learners.map { learner in
            if hosts != nil, learner.localWeights == nil { return learner }
            return unfinished?.withPaths(learner) ?? learner.withFixedPaths
        }
        self.configuration = fixed
        self.records = records
        self.hosts = hosts
        self.gathers = gathers
    }

    /// Runs to the end.
    ///
    /// - Returns: the table of what teaching gained.
    /// - Throws: what is wrong with data or models, before anything is created; ``LaunchFailure`` naming
    ///   the learner that failed first.
    func run() async throws -> GainTable {
        guard let hosts else {
            try unfinished?.directory.requireHosts(nil)
            try Assembler(configuration).checkAll()
            let (directory, lock) = try prepare(configuration)
            defer { withExtendedLifetime(lock) {} }
            return try await run(
                StageLaunch(
                    configuration: configuration, id: id, directory: directory, records: records,
                    isResumed: unfinished != nil))
        }
        let (placement, found, configuration) = try await hosts.ready(configuration)
        try unfinished?.directory.requireHosts(placement.record)
        let (directory, lock) = try prepare(configuration)
        defer { withExtendedLifetime(lock) {} }
        try directory.write(hosts: placement.record)
        var remote = RemoteRun(
            placement, ssh: hosts.ssh, found: found, configuration, directory: directory)
        try await remote.prepare()
        let launch = StageLaunch(
            configuration: configuration, id: id, directory: directory, records: records,
            isResumed: unfinished != nil, remote: remote)
        return try await remote.gathering(gathers) { try await run(launch) }
    }

    private func run(_ launch: StageLaunch) async throws -> GainTable {
        let clock = ContinuousClock()
        let start = clock.now
        let directory = launch.directory
        var together: [String: LearnerResult] = [:]
        for stage in 1...configuration.stages.count {
            announce(stage)
            together.merge(try await launch.train(stage: stage)) { earlier, _ in earlier }
        }
        var summary = Summary(
            of: configuration, run: id, together: together, after: clock.now - start)
        if configuration.comparesAlone { summary.exitCode = .preempted }
        try summary.write(to: directory.summary)
        let students = configuration.comparedStudents
        if configuration.comparesAlone {
            complain("the same students alone: \(students.joined(separator: ", "))")
            let alone = try await launch.trainAlone(students)
            summary = Summary(
                of: configuration, run: id, together: together, alone: alone,
                after: clock.now - start)
            try summary.write(to: directory.summary)
        }
        complain("results: \(directory.path)")
        return summary.table(of: configuration.learners.map(\.name))
    }

    /// Writes down what some teachers say of every step, without anybody who listens.
    func record(_ teachers: [String]) async throws {
        try Assembler(configuration).checkAll()
        let (directory, lock) = try prepare(configuration)
        defer { withExtendedLifetime(lock) {} }
        let launch = StageLaunch(configuration: configuration, id: id, directory: directory)
        for stage in 1...configuration.stages.count {
            try await launch.record(teachers, stage: stage)
        }
        complain("recorded: \(directory.path)")
    }

    /// The files and sockets that a launcher of so many processes needs: for each its pipes, its handle
    /// and its place at the rendezvous. This Foundation cannot even start one with much fewer than 256.
    static func descriptors(for processes: Int) -> Int { 256 + 6 * processes }

    private func prepare(
        _ configuration: ExperimentConfiguration
    ) throws -> (RunDirectory, DirectoryLock) {
        let most = (1...configuration.stages.count).map { stage in
            configuration.stages.graph(of: stage).learners.count
                + configuration.relays(in: stage).relays.count
        }.max()
        try DescriptorLimit.require(Self.descriptors(for: most ?? 0))
        if let unfinished {
            complain("resuming \(unfinished.directory.path)")
            try unfinished.directory.markLatest()
            try unfinished.directory.write(configuration: configuration.resolvedYAML())
            return (unfinished.directory, unfinished.lock)
        }
        let directory = try RunDirectory.create(
            in: configuration.runs, name: configuration.name, id: id,
            learners: configuration.learners.filter { $0.source == nil }.map(\.name))
        let lock = try DirectoryLock(directory.path)
        try directory.write(configuration: configuration.resolvedYAML())
        return (directory, lock)
    }

    private func announce(_ stage: Int) {
        let stages = configuration.stages
        guard stages.count > 1 else { return }
        let names = configuration.learners.map(\.name).filter { stages.number(of: $0) == stage }
        complain("stage \(stage) of \(stages.count): \(names.joined(separator: ", "))")
    }

}

extension ExperimentConfiguration {
    /// Those who are also trained alone where that is asked for: they are taught, and are started here.
    var comparedStudents: [String] {
        learners.filter { $0.learns && !$0.isExternal }.map(\.name)
            .filter { !graph.groups(into: $0).isEmpty }
    }
}

extension Summary {
    /// What became of a run.
    init(
        of configuration: ExperimentConfiguration, run id: String,
        together: [String: LearnerResult], alone: [String: LearnerResult] = [:],
        after duration: Duration
    ) {
        let learners = together.map { name, result in
            (
                name,
                LearnerSummary(
                    model: result.start?.model ?? "", parameters: result.start?.parameters ?? 0,
                    steps: result.end?.step ?? 0, testAccuracy: result.end?.testAccuracy,
                    aloneTestAccuracy: alone[name]?.end?.testAccuracy,
                    weightsSHA256: result.end?.weightsSHA256)
            )
        }
        self.init(
            run: id, name: configuration.name, seed: configuration.seed,
            configurationDigest: configuration.digest, seconds: duration / .seconds(1),
            learners: Dictionary(uniqueKeysWithValues: learners),
            ensembleAccuracy: largestEnsemble(together)?.ensembleAccuracy)
    }
}

/// The last evaluation of the ensemble that has the most members.
private func largestEnsemble(_ results: [String: LearnerResult]) -> EpochReport? {
    results.sorted { $0.key < $1.key }.compactMap(\.value.epoch)
        .max { $0.ensembleMembers.count < $1.ensembleMembers.count }
}

/// A launch that did not end well.
struct LaunchFailure: ExitCodeError, CustomStringConvertible {
    let description: String
    let exitCode: ExitCode
    /// Without whom the one that failed could not go on.
    let departed: String?

    /// - Parameters:
    ///   - first: who failed first, where one is known to have failed by itself.
    ///   - departed: without whom.
    init(_ outcome: LaunchOutcome, first: String?, departed: String?) {
        self.departed = departed
        let culprit =
            outcome.interruption == nil
            ? outcome.ends.first { $0.name == first && $0.isFailure } : nil
        exitCode = culprit?.exitCode ?? outcome.exitCode
        description =
            (culprit ?? outcome.firstFailure).map { "\($0)" }
            ?? outcome.interruption.map { signal in
                "interrupted by signal \(signal)"
                    + (outcome.exitCode == .preempted ? "; run again to resume" : "")
            } ?? "the launch failed"
    }
}

extension Summary {
    /// The table that a run ends with, in an order of the learners.
    func table(of names: [String]) -> GainTable {
        GainTable(
            names.compactMap { name in
                learners[name].map { learner in
                    GainTable.Row(
                        learner: name, model: learner.model, parameters: learner.parameters,
                        alone: learner.aloneTestAccuracy, taught: learner.testAccuracy)
                }
            })
    }
}
