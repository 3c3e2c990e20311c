import Analysis
import ArgumentParser
import Charts
import Experiment
import Reporting

/// `cohort compare`: the results of several runs of an experiment.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare runs of an experiment, and tell differences from noise.",
        discussion: """
            Figures are means over seeds with their standard deviation, apart for each group of \
            runs that differ in other settings than the seed. Differences are paired by seed: of a \
            learner taught over alone, of a group over the first that is named, and with --over \
            NAME:OTHERS, as in --over averaged:single1,single2, of a learner over others of the \
            same runs. Each has a 95 % interval by Student's t, and is called larger than noise \
            where its p, corrected for the number of such differences (Holm), is below 0.05. Runs that \
            are named twice, or that repeat another, count once; those that did not end well are \
            left out and named.

            Examples:
              cohort compare runs/digits-private/2*
              cohort compare runs/digits-private/2* --figure test_nll --format md
              cohort compare runs/digits-private/2* --format svg --output gains.svg
            """)

    @Argument(
        help: "Runs of one experiment: run directories, or an experiment for its newest run.",
        completion: .runs)
    var runs: [String]

    @Option(help: "A learner and those that it is compared with; can be given several times.")
    var over: [String] = []

    @Option(
        help: """
            What is compared, as test_nll, seconds or exit_accuracies.exit1; all for all that is \
            reported; can be given several times. By default the test accuracy, and what a byte of \
            text costs.
            """)
    var figure: [String] = []

    @Option(help: "text, md, csv, json, or svg: a chart of the differences.")
    var format: ComparisonFormat = ComparisonFormats.all[0]

    @Flag(
        help: """
            In place of the differences, draw the test accuracy by step, in the mean over seeds; \
            with --format svg.
            """)
    var curves = false

    @Option(help: "Write to this file in place of standard output.", completion: .file())
    var output: String?

    func validate() throws {
        guard !curves || format.name == "svg" && figure.isEmpty && over.isEmpty else {
            throw ValidationError(
                "--curves is an option of --format svg, and excludes --figure and --over")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let finished = try FinishedRuns(runs)
            for remark in finished.remarks { printNotice(remark) }
            let groups = try RunGroups(finished.entries).groups.map { group in
                RunComparison.Group(
                    title: group.title, settings: group.settings,
                    runs: try group.entries.map { try RunOutcome($0) })
            }
            let comparison = try RunComparison(
                groups, figures: figure, rivals: try over.map { try RunComparison.Rivals($0) })
            let text = curves ? comparison.curves.svg() : format.text(comparison)
            try printResult(text, to: output)
        }
    }
}

extension ComparisonFormat: ExpressibleByArgument {
    public init?(argument: String) {
        guard let found = ComparisonFormats.all.first(where: { $0.name == argument }) else {
            return nil
        }
        self = found
    }

    public var defaultValueDescription: String { name }

    public static var allValueStrings: [String] { ComparisonFormats.all.map(\.name) }
}
