import ArgumentParser
import Experiment
import Options
import Reporting

/// `cohort compare`: the results of several runs of an experiment.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Show the results of several runs of an experiment, by learner and seed.",
        discussion: """
            Accuracies are means over the runs with their standard deviation, apart for each group \
            of runs that differ in other settings than the seed. Runs that are named twice, or \
            that repeat another, count once; those that did not end well are left out and named. \
            With --over \
            NAME:OTHERS, as in --over chained:direct or --over averaged:single1,single2, also how \
            much better one learner was than others of the same runs.

            Examples:
              cohort compare runs/digits-private/*
              cohort compare runs/staged/* --over chained:direct
            """)

    @Argument(help: "Run directories of one experiment.", completion: .runs)
    var runs: [String]

    @Option(help: "A learner and those that it is compared with; can be given several times.")
    var over: [String] = []

    func run() async throws {
        try await reportingFailure {
            let finished = try FinishedRuns(runs)
            for remark in finished.remarks { printNotice(remark) }
            let groups = RunGroups(finished.entries).groups
            for (index, group) in groups.enumerated() {
                try printResult((index > 0 ? "\n" : "") + group.title + "\n")
                try printResult(group.comparison.learners.text)
                for pair in over {
                    try printResult("\n" + difference(pair, group.comparison) + "\n")
                }
            }
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
