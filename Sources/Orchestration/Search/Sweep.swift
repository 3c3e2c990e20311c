import Experiment
import Options
import Reporting

/// Trains a cohort with every combination of some settings, and compares what came of it on the
/// validation samples. A run that has ended is not repeated, and one that was interrupted goes on.
package struct Sweep: Sendable {
    private let grid: SweepGrid
    private let configurations: [ExperimentConfiguration]
    private let seeds: Int
    /// What is measured on which samples, for people: a line, or one for each number of samples
    /// that is tried.
    package let samples: [String]

    /// Reads and checks every combination, before any is trained.
    ///
    /// - Parameters:
    ///   - text: the configuration that the combinations change.
    ///   - seeds: how many seeds each is trained with, from the configuration's on.
    /// - Throws: ``ConfigurationError`` with the mistakes of all combinations, also where there are
    ///   no validation samples; what is wrong with data and models.
    package init(_ grid: SweepGrid, of text: ConfigurationText, seeds: Int) throws {
        (self.grid, self.seeds) = (grid, seeds)
        configurations = try text.configurations(
            overrides: grid.combinations.map(grid.overrides), registries: .all)
        var samples: [String] = []
        for configuration in configurations {
            guard configuration.data.hasValidation else {
                throw SettingError(
                    "sweep: settings are ranked by validation samples, and there are none; set"
                        + " data.validation, such as data.validation=0.2")
            }
            let assembler = try Assembler(configuration)
            try assembler.checkAll()
            let line = Self.line(assembler.heldOutCounts)
            if !samples.contains(line) { samples.append(line) }
        }
        self.samples = samples
    }

    private static func line(_ counts: (test: Int?, validation: Int)) -> String {
        let ranking =
            "combinations are ranked by \(counts.validation) validation samples, which the"
            + " training does not see"
        guard let test = counts.test else {
            return "\(ranking); `test` in the lines of a run is of these"
        }
        return "\(ranking); `test` in the lines of a run is of the \(test) test samples, which"
            + " decide nothing"
    }

    /// The folders of the runs: one, unless their names are tried.
    package var folders: [String] {
        Set(configurations.map { "\($0.runs)/\($0.name)" }).sorted()
    }

    /// The learners that are compared: those that learn and classify in every combination.
    package var learners: [String] {
        let all = configurations.map { configuration in
            configuration.learners.filter { $0.role.classifies && $0.learns }.map(\.name)
        }
        return (all.first ?? []).filter { name in all.allSatisfy { $0.contains(name) } }
    }

    /// A learner that is compared, by its name.
    ///
    /// - Throws: ``SettingError`` where there is none of this name.
    package func learner(_ name: String) throws(SettingError) -> String {
        guard learners.contains(name) else {
            throw SettingError(
                "--by: no learner '\(name)' is compared: \(nearest(to: name, among: learners))")
        }
        return name
    }

    /// Trains all that is not trained yet.
    ///
    /// - Parameters:
    ///   - best: the learner whose accuracy decides; nil for the mean of all.
    ///   - options: of each run.
    /// A combination with which a training diverges comes last, and the others are tried all the
    /// same.
    ///
    /// - Throws: what a run throws that is stopped or fails otherwise; the same sweep then goes on.
    ///   ``LaunchFailure`` (70) where all combinations diverge.
    package func run(sortedBy best: String?, _ options: RunOptions) async throws -> SweepTable {
        var rows: [SweepTable.Row] = []
        let learners = learners
        samples.forEach(options.notice)
        for (number, combination) in grid.combinations.enumerated() {
            var row = SweepTable.Row(values: combination, accuracies: [:], runs: [])
            options.notice(
                "\(number + 1) of \(grid.count): "
                    + zip(grid.axes, combination).map { "\($0.path)=\($1)" }
                    .joined(separator: ", "))
            do {
                try await train(configurations[number], options, into: &row)
            } catch let failure as LaunchFailure where failure.exitCode == .failure {
                row.failure = failure.description
                let othersFailed = rows.allSatisfy { $0.failure != nil }
                guard number + 1 < grid.count || !othersFailed else { throw failure }
                options.notice("this combination failed and comes last; the others are tried")
            }
            rows.append(row)
        }
        return SweepTable(
            rows, paths: grid.axes.map(\.path), learners: learners, sortedBy: best)
    }

    /// Trains a combination with all seeds, up to one that fails.
    private func train(
        _ configuration: ExperimentConfiguration, _ options: RunOptions,
        into row: inout SweepTable.Row
    ) async throws {
        for repetition in 0..<UInt64(seeds) {
            var configuration = configuration
            configuration.seed &+= repetition
            let run = try await CohortLaunch.finished(configuration, options).run
            let scores = try RunScores(of: run, on: .validation)
            for name in learners {
                guard let accuracy = scores.accuracy(of: name) else { continue }
                row.accuracies[name, default: []].append(accuracy)
            }
            row.runs.append(run.path)
        }
    }
}
