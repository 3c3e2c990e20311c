import ArgumentParser
import Foundation
import Options
import Reporting

/// `cohort compare`: the results of several runs of an experiment.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Show the results of several runs of an experiment, by learner and seed.",
        discussion: """
            Accuracies are means over the runs with their standard deviation. With --over \
            NAME:OTHERS, as in --over chained:direct or --over averaged:single1,single2, also how \
            much better one learner was than others of the same runs.
            """)

    @Argument(help: "Run directories of one experiment.", completion: .directory)
    var runs: [String]

    @Option(help: "A learner and those that it is compared with; can be given several times.")
    var over: [String] = []

    func run() async throws {
        try await reportingFailure {
            let summaries = try runs.map { try Summary.read(from: RunDirectory(path: $0).summary) }
            if let other = summaries.first(where: { $0.name != summaries[0].name }) {
                throw SettingError(
                    "these are runs of '\(summaries[0].name)' and of '\(other.name)'; compare those"
                        + " of one experiment")
            }
            let comparison = RunComparison(summaries)
            try printResult(comparison.learners.text)
            for pair in over { try printResult("\n" + difference(pair, comparison) + "\n") }
        }
    }

    private func difference(_ pair: String, _ comparison: RunComparison) throws -> String {
        let parts = pair.split(separator: ":").map(String.init)
        guard parts.count == 2 else {
            throw SettingError("--over \(pair): write a learner, a colon and others: a:b,c")
        }
        let others = parts[1].split(separator: ",").map(String.init)
        guard let text = comparison.difference(of: parts[0], over: others) else {
            throw SettingError("--over \(pair): not all of these were trained in every run")
        }
        return text
    }
}
