import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Reporting

/// One run of a cohort on this host: the learners together, and each alone to compare.
struct CohortLaunch {
    private let configuration: ExperimentConfiguration
    private let id = String(UInt32.random(in: 0 ... .max), radix: 36)

    init(_ configuration: ExperimentConfiguration) {
        self.configuration = configuration
    }

    /// Runs to the end.
    ///
    /// - Returns: the table of what teaching gained.
    /// - Throws: what is wrong with data or models, before anything is created; ``LaunchFailure`` naming
    ///   the learner that failed first.
    func run() async throws -> GainTable {
        let clock = ContinuousClock()
        let start = clock.now
        try Assembler(configuration).checkAll()
        let directory = try RunDirectory.create(
            in: configuration.runs, name: configuration.name, id: id,
            learners: configuration.learners.map(\.name))
        try directory.write(configuration: configuration.resolvedYAML())
        let together = try await trainTogether(in: directory)
        var summary = summary(of: together, alone: [:], after: clock.now - start)
        try summary.write(to: directory.summary)
        if configuration.comparesAlone {
            let alone = try await trainAlone(in: directory)
            summary = self.summary(of: together, alone: alone, after: clock.now - start)
            try summary.write(to: directory.summary)
        }
        complain("results: \(directory.path)")
        return summary.table(of: configuration.learners.map(\.name))
    }

    private func trainTogether(in directory: RunDirectory) async throws -> [String: LearnerResult] {
        let learners = configuration.learners
        let rendezvous = try Rendezvous(
            run: ExchangeIdentity.runIdentifier(of: id),
            configurationDigest: configuration.digestBytes, expected: learners.map(\.name),
            endpoint: configuration.exchange.endpoint, limits: configuration.exchange.limits,
            notice: complain)
        defer { rendezvous.stop() }
        for learner in learners where learner.isExternal {
            complain(
                "'\(learner.name)' joins by itself: run \(id), rendezvous \(rendezvous.address),"
                    + " digest \(configuration.digest)")
        }
        return try await train(
            learners.filter { !$0.isExternal },
            arguments: ["--rendezvous", rendezvous.address], in: directory)
    }

    private func trainAlone(in directory: RunDirectory) async throws -> [String: LearnerResult] {
        complain("the same students alone")
        let students = configuration.learners.filter { $0.learns && !$0.isExternal }
        return try await train(
            students, arguments: ["--alone"], in: RunDirectory(path: "\(directory.path)/alone"),
            configuredBy: directory)
    }

    /// Runs a process for each learner.
    private func train(
        _ learners: [LearnerOptions], arguments: [String], in directory: RunDirectory,
        configuredBy main: RunDirectory? = nil
    ) async throws -> [String: LearnerResult] {
        let configurationFile = (main ?? directory).configuration
        try directory.create()
        var monitor = try await LaunchMonitor(learners.map(\.name), in: directory)
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / learners.count)
        let sockets = try TemporaryFolder(named: "cohort-\(id)")
        let processes = learners.map { learner in
            ProcessSpec(
                name: learner.name, executable: Self.executable,
                arguments: [
                    "learner", configurationFile, "--name", learner.name, "--run", id,
                    "--directory", directory.path,
                    "--threads", "\(learner.training.threads ?? threads)",
                    "--exit-on-stdin-close", "--quiet",
                ] + arguments,
                environment: ["TMPDIR": sockets.path])
        }
        defer { sockets.remove() }
        let outcome = try await LocalLauncher().run(ProcessPlan(processes)) { event in
            try monitor.handle(event)
        }
        monitor.finish()
        if outcome.exitCode != 0 { throw LaunchFailure(outcome, first: monitor.firstFailure) }
        return monitor.results
    }

    /// This program, as it runs.
    private static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    private func summary(
        of together: [String: LearnerResult], alone: [String: LearnerResult],
        after duration: Duration
    ) -> Summary {
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
        return Summary(
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
struct LaunchFailure: Error, CustomStringConvertible {
    let description: String
    let exitCode: Int32

    /// - Parameter first: who failed first, where one is known to have failed by itself.
    init(_ outcome: LaunchOutcome, first: String?) {
        let culprit =
            outcome.interruption == nil
            ? outcome.ends.first { $0.name == first && $0.isFailure } : nil
        exitCode = culprit?.exitCode ?? outcome.exitCode
        description =
            (culprit ?? outcome.firstFailure).map { "\($0)" }
            ?? outcome.interruption.map { "interrupted by signal \($0)" } ?? "the launch failed"
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
                        alone: learner.aloneTestAccuracy, mutual: learner.testAccuracy)
                }
            })
    }
}
