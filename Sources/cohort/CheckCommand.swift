import ArgumentParser
import Experiment

/// `cohort check`: what a configuration resolves to.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration and show what it resolves to.",
        discussion: """
            Reads the data and builds the models, but trains nothing. Exit codes: 0 sound, 65 \
            damaged data, 66 a file is missing, 78 the configuration is wrong.

            Examples:
              cohort check experiment.yaml
              cohort check experiment.yaml training.epochs=2 --resolved
              cohort check experiment.yaml --picture mermaid
            """)

    @OptionGroup var source: ConfigurationArguments

    @Flag(help: "Print the configuration with every default filled in, as YAML, and nothing else.")
    var resolved = false

    @Option(
        help: ArgumentHelp(
            """
            mermaid or dot: print who teaches whom, for a program that draws it. FILE.png: write \
            samples of every class, as the models see them.
            """, valueName: "mermaid|dot|FILE.png"))
    var picture: CheckPicture?

    @Option(
        help: """
            Print the plan of this learner as JSON, for a program that takes its part: the \
            samples, and what travels at which step.
            """)
    var plan: String?

    @Option(help: "The stage of the plan, from 1.")
    var stage = 1

    @Option(
        help: ArgumentHelp(
            """
            Write the samples into this folder as arrays of NumPy, for a program of another \
            framework: those to train on and to test on, as they are stored, in the cohort's order.
            """, valueName: "folder"))
    var samples: String?

    func validate() throws {
        guard [resolved, picture != nil, plan != nil].count(where: { $0 }) < 2 else {
            throw ValidationError(
                "--resolved, --picture and --plan print different things; choose one")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try source.load()
            let assembler = try Assembler(configuration)
            try assembler.checkAll()
            assembler.remarks.lines.forEach(printNotice)
            configuration.remarks.forEach(printNotice)
            try printResult(try text(of: configuration, assembler))
            if case .samples(let path) = picture {
                printNotice(try assembler.writeContactSheet(to: path))
            }
            if let samples { printNotice(try assembler.writeSamples(to: samples)) }
        }
    }

    private func text(
        of configuration: ExperimentConfiguration, _ assembler: Assembler
    ) throws -> String {
        if case .graph(let picture) = picture { return picture.text(of: configuration) }
        if let plan { return try assembler.learnerPlan(of: plan, inStage: stage).json() }
        return resolved
            ? configuration.resolvedYAML() : configuration.checkReport(try assembler.facts())
    }
}
