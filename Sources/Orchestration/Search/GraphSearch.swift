import Bytes
import Experiment
import Foundation
import Launching
import Limits
import Reporting
import Synchronization

/// Tries graphs by random search with successive halving; each trial is a cohort.
package struct GraphSearch: Sendable {
    private let space: GraphSearchSpace
    private let plan: SearchPlan
    private let directory: SearchDirectory
    /// How many trials run at the same time.
    private let parallel: Int
    /// Receives messages for people, a line each.
    private let notice: @Sendable (String) -> Void

    /// A search, new or begun before.
    ///
    /// - Throws: as ``SearchDirectory/init(_:_:)``.
    package init(
        _ space: GraphSearchSpace, _ plan: SearchPlan, in path: String, parallel: Int,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        (self.space, self.plan, self.parallel, self.notice) = (space, plan, parallel, notice)
        directory = try SearchDirectory(path, plan)
    }

    /// The file of the best graph's configuration.
    package var best: String { directory.best }

    /// Searches to the end, and writes the best graph's configuration.
    ///
    /// - Returns: what each graph came to in its last round, the best first.
    /// - Throws: ``SearchInterruption`` where a signal ended it; what a trial throws that could not
    ///   be begun.
    package func run() async throws -> [SearchTrial] {
        let graphs = space.graphs(count: plan.trials, seed: plan.seed)
        if graphs.count < plan.trials {
            notice("there are no more than \(graphs.count) different graphs; all are tried")
        }
        // What does not fit is refused before anything is trained.
        for graph in graphs { _ = try space.configuration(of: graph, named: space.base.name) }
        let signal = Mutex<Int32?>(nil)
        let trap = SignalTrap { number in signal.withLock { $0 = $0 ?? number } }
        defer { withExtendedLifetime(trap) {} }
        var finished = try directory.finished()
        var last: [Int: SearchTrial] = [:]
        var left = Array(graphs.indices)
        for round in 0..<plan.rounds {
            let known = finished.filter { $0.round == round }
            let missing = left.filter { trial in !known.contains { $0.trial == trial } }
            announce(round, left.count, missing.count)
            finished += try await train(missing, of: graphs, in: round) {
                signal.withLock { $0 }
            }
            for trial in finished where trial.round == round { last[trial.trial] = trial }
            left = left.compactMap { last[$0] }.sorted { $0.isBetter(than: $1) }
                .prefix(plan.promoted(of: left.count)).map(\.trial).sorted()
        }
        let ranked = last.values.sorted { $0.isBetter(than: $1) }
        try write(ranked[0])
        return ranked
    }

    private func announce(_ round: Int, _ count: Int, _ missing: Int) {
        let share = Int((plan.share(in: round) * 100).rounded())
        let done = missing < count ? ", \(count - missing) of them done before" : ""
        notice(
            "round \(round + 1) of \(plan.rounds): \(count) graphs with \(share)% of the budget\(done)"
        )
    }

    /// Trains some graphs, several at once, and adds each to the file when it ends.
    private func train(
        _ trials: [Int], of graphs: [SearchedGraph], in round: Int,
        signal: @escaping @Sendable () -> Int32?
    ) async throws -> [SearchTrial] {
        try await withThrowingTaskGroup(of: SearchTrial.self) { group in
            var waiting = trials.makeIterator()
            var results: [SearchTrial] = []
            func begin() throws {
                if let number = signal() { throw SearchInterruption(signal: number) }
                guard let trial = waiting.next() else { return }
                group.addTask { try await train(trial, graphs[trial], in: round) }
            }
            for _ in 0..<parallel { try begin() }
            while let result = try await group.next() {
                try directory.add(result)
                results.append(result)
                notice(describe(result))
                try begin()
            }
            return results
        }
    }

    /// Trains one graph.
    ///
    /// - Throws: ``SearchInterruption`` where a signal ended it.
    private func train(
        _ number: Int, _ graph: SearchedGraph, in round: Int
    ) async throws -> SearchTrial {
        let share = plan.share(in: round)
        var trial = SearchTrial(
            trial: number, round: round, share: share, seconds: 0, graph: graph, edges: graph.edges)
        let clock = ContinuousClock()
        let start = clock.now
        do {
            (trial.accuracy, trial.run) = try await accuracy(of: graph, number, round, share)
        } catch let failure as LaunchFailure {
            if let interruption = SearchInterruption(of: failure) { throw interruption }
            trial.failure = "\(failure)"
        }
        trial.seconds = (clock.now - start) / .seconds(1)
        return trial
    }

    private func accuracy(
        of graph: SearchedGraph, _ number: Int, _ round: Int, _ share: Double
    ) async throws -> (Double?, String) {
        let threads = ProcessorAllowance().share(among: parallel * graph.kinds.count).threads
        let configuration = try space.configuration(
            of: graph, named: "trial-\(number)-round-\(round)", share: share, runs: directory.runs,
            threads: threads)
        var options = RunOptions { [notice] in
            if !$0.hasPrefix("results: ") { notice("trial \(number): \($0)") }
        }
        options.resume = .auto
        options.progress = .none
        let launch = try CohortLaunch(configuration, options)
        // A run whose trial was not written down is taken over.
        let before = launch.finishedBefore()?.run
        if before == nil { _ = try await launch.run() }
        let run = before ?? RunDirectory(path: "\(directory.runs)/\(configuration.name)/latest")
        let path = URL(fileURLWithPath: run.path).resolvingSymlinksInPath().path
        let scores = try RunScores(
            of: RunDirectory(path: path), learner: graph.names[0], on: .validation)
        return (scores.accuracy(of: graph.names[0]), path)
    }

    private func describe(_ trial: SearchTrial) -> String {
        let result =
            trial.accuracy.map { SearchRanking.percent($0) } ?? "failed: \(trial.failure ?? "")"
        return "trial \(trial.trial): \(result) (\(trial.edges.joined(separator: ", ")))"
    }

    /// Writes the configuration of a graph, for the whole budget.
    private func write(_ trial: SearchTrial) throws {
        let configuration = try space.configuration(
            of: trial.graph, named: "\(space.base.name)-best")
        let head =
            "# The best of \(plan.trials) graphs for learner '\(plan.target)', which named"
            + " \(trial.accuracy.map { SearchRanking.percent($0) } ?? "none")"
            + " of the\n# validation samples right: \(trial.edges.joined(separator: ", ")).\n"
        try Files.replace(
            directory.best, with: Data((head + configuration.resolvedYAML()).utf8))
    }
}

/// A search that a signal ended: run again, it goes on.
package struct SearchInterruption: ExitCodeError, CustomStringConvertible {
    /// The signal; nil where it only reached a learner's process.
    package var signal: Int32?

    init(signal: Int32?) { self.signal = signal }

    /// The interruption of which a run ended; nil where it ended of something else.
    init?(of error: any Error) {
        guard let failure = error as? LaunchFailure else { return nil }
        let signals = SignalTrap.stopSignals.map(ExitCode.signal)
        guard failure.exitCode == .preempted || signals.contains(failure.exitCode) else {
            return nil
        }
        signal = failure.exitCode.endingSignal
    }

    /// What happened, and what to do.
    package var description: String {
        "the search was interrupted; the same command goes on with it"
    }

    /// The search can be resumed.
    package var exitCode: ExitCode { .preempted }
}
