import ArgumentParser
import Experiment
import Orchestration
import Reporting

/// `cohort sweep`: trains with every combination of some settings.
struct SweepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Train with every combination of some settings, and show which is best.",
        discussion: """
            A setting with several values, such as training.optimizer.rate=0.01,0.1, is tried with \
            each of them; settings with one value hold for all. Commas within brackets, braces or \
            quotes belong to a value. All combinations are checked before any is trained. They are \
            ranked by the accuracy on the validation samples (data.validation); the test samples \
            decide nothing. Interrupted, the same command goes on: what is trained is not \
            trained again.

            Examples:
              cohort sweep digits.yaml training.optimizer.rate=0.01,0.1
              cohort sweep digits.yaml training.batch=32,64 training.epochs=5,10 --seeds 3 --by a
            """)

    @Argument(
        help: "The configuration, a YAML file; - for standard input.",
        completion: .file(extensions: ["yaml"]))
    var configuration: String

    @Argument(help: "The settings: path.to.key=value,value is tried with each value.")
    var settings: [String] = []

    @Option(help: "With how many seeds each combination is trained.")
    var seeds = 1

    @Option(help: "The learner whose accuracy decides; by default the mean of all.")
    var by: String?

    @Option(help: "How to print the combinations: table or json, a line for each.")
    var format = RowFormat.table

    @OptionGroup var progress: ProgressArguments

    func validate() throws {
        guard (1...10_000).contains(seeds) else {
            throw ValidationError("--seeds lies in 1...10000")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let sweep = try Sweep(
                SweepGrid(settings), of: ConfigurationText(configuration), seeds: seeds)
            var options = RunOptions(notice: printNotice)
            options.resume = .auto
            options.series = .settings
            options.progress = progress.progress
            let table = try await sweep.run(sortedBy: try by.map(sweep.learner), options)
            try printResult(table.text(format))
            printNotice("runs: \(sweep.folders.joined(separator: ", "))")
        }
    }
}
