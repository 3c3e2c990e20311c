import Bytes
import Experiment
import Foundation
import Launching
import Options
import Reporting

/// Finds a student under a teacher: trains the blocks, each a process of its own, combines the best
/// paths within a budget, and trains what was found beside baselines.
///
/// Each part is a run of its own in the search's folder: one that has ended is not repeated, and
/// one that was interrupted goes on.
package struct ArchitectureSearch: Sendable {
    private let space: ArchitectureSearchSpace
    private let plan: ArchitectureSearchPlan
    private let directory: SearchDirectory
    /// Receives messages for people, a line each.
    private let notice: @Sendable (String) -> Void

    /// A search, new or begun before.
    ///
    /// - Throws: as ``SearchDirectory/init(_:_:)``.
    package init(
        _ space: ArchitectureSearchSpace, _ plan: ArchitectureSearchPlan, in path: String,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        (self.space, self.plan, self.notice) = (space, plan, notice)
        directory = try SearchDirectory(path, plan)
    }

    /// The file of the found net.
    package var found: String { "\(directory.path)/found.json" }
    /// The file of the net that the evolution over the supernet found.
    private var oneShot: String { "\(directory.path)/one-shot.json" }
    /// The configuration that trains the nets.
    package var nets: String { "\(directory.path)/nets.yaml" }

    /// Searches to the end, and writes what was found.
    ///
    /// - Returns: the nets with what they were trained to.
    /// - Throws: ``SearchInterruption`` where a signal ended it; ``SettingError`` where no net is
    ///   within the budget; what a run throws that failed.
    package func run() async throws -> [TrainedNet] {
        // What does not fit is refused before anything is trained.
        try space.check(within: plan.budget)
        let weights = try await teacherWeights()
        notice("blocks: \(space.blocks.count) processes learn the stages of '\(space.teacher)'")
        let blocks = try await finished(
            space.blockTraining(weights: weights, in: directory.runs))
        let choice = try ArchitectureChoice(space, of: blocks.run, within: plan.budget)
        try write(choice.ratings, to: "ratings.json")
        let candidates = try await candidates(choice, weights)
        return try await train(candidates, weights)
    }

    /// The weights that the teacher has, or is trained to.
    private func teacherWeights() async throws -> String {
        if let given = space.teacherWeights { return given }
        notice("teacher: '\(space.teacher)' has no weights, and is trained first")
        return try await finished(space.teacherTraining(in: directory.runs)).run.path
    }

    /// The found net and its rivals.
    private func candidates(
        _ choice: ArchitectureChoice, _ weights: String
    ) async throws -> [SearchedCandidate] {
        let key = RandomKey(seed: plan.seed).child("architecture search")
        let found = try choice.found()
        try Files.replace(self.found, with: found.file.encoded())
        notice("found: \(found.blocks.joined(separator: ", "))")
        var chosen = [found]
        var accuracy: (([Int]) -> Double)?
        if plan.generations > 0 {
            notice("one-shot: the supernet of whole nets learns from '\(space.teacher)'")
            let run = try await finished(
                space.supernetTraining(weights: weights, in: directory.runs)
            ).run
            let measured = try space.supernetAccuracy(of: run)
            let best = try choice.oneShot(
                population: plan.population, generations: plan.generations,
                key: key.child("evolution"), accuracy: measured)
            try Files.replace(oneShot, with: best.file.encoded())
            notice("one-shot: \(best.blocks.joined(separator: ", "))")
            chosen.append(best)
            accuracy = measured
        }
        let random = choice.random(count: plan.nets, key: key.child("nets"), except: chosen)
        if random.count < plan.nets {
            notice("there are no more than \(random.count) random nets near the budget")
        }
        return (chosen + random).map { candidate in
            var candidate = candidate
            candidate.supernetAccuracy = accuracy?(candidate.path)
            return candidate
        }
    }

    /// Trains the nets, taught and alone.
    private func train(
        _ candidates: [SearchedCandidate], _ weights: String
    ) async throws -> [TrainedNet] {
        let configuration = try space.netTraining(
            candidates.map { candidate in
                (candidate.name, space.net(along: candidate.path))
            }, weights: weights, in: directory.runs)
        let head = "# Trains the nets of a search, each taught by '\(space.teacher)' and alone.\n"
        try Files.replace(nets, with: Data((head + configuration.resolvedYAML()).utf8))
        notice("nets: \(candidates.count) are trained, taught by '\(space.teacher)' and alone")
        let summary = try await finished(configuration).summary
        let trained = candidates.map { candidate in
            TrainedNet(
                candidate, taught: summary.learners[candidate.name]?.testAccuracy,
                alone: summary.learners[candidate.name]?.aloneTestAccuracy)
        }
        try write(trained, to: "nets.json")
        return trained
    }

    private func write(_ value: some Encodable, to name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Files.replace(
            "\(directory.path)/\(name)", with: encoder.encode(value) + Data("\n".utf8))
    }

    /// Runs a cohort to its end, unless that was done before.
    ///
    /// - Throws: ``SearchInterruption`` where a signal ended it.
    private func finished(
        _ configuration: ExperimentConfiguration
    ) async throws -> (run: RunDirectory, summary: Summary) {
        var options = RunOptions { [notice] in
            if !$0.hasPrefix("results: ") { notice("\(configuration.name): \($0)") }
        }
        options.resume = .auto
        options.progress = .none
        do { return try await CohortLaunch.finished(configuration, options) } catch {
            throw SearchInterruption(of: error) ?? error
        }
    }
}
