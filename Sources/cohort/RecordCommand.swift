import ArgumentParser
import Experiment
import Options
import Orchestration

/// `cohort record`: what learners publish, recorded for later runs.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record what teachers publish at every step, for later runs.",
        discussion: """
            Each frozen teacher of the configuration (or those named by --learner) computes its \
            knowledge of the samples of all steps by itself, and stores it in the run directory. \
            With --cohort the whole cohort is trained, and all that every learner publishes is \
            stored. A later run names the run directory in place of a process: `t: {model: …, source: \
            runs/NAME/latest}`.

            Examples:
              cohort record experiment.yaml
              cohort record experiment.yaml --learner t
              cohort record --cohort experiment.yaml
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Record this teacher alone; can be given several times.", completion: .learners)
    var learner: [String] = []

    @Flag(help: "Train the whole cohort, and record every learner.")
    var cohort = false

    @OptionGroup var progress: ProgressArguments

    func validate() throws {
        guard !cohort || learner.isEmpty else {
            throw ValidationError("--cohort records all; leave --learner out")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try source.load()
            var options = RunOptions(notice: printNotice)
            options.progress = progress.progress
            if cohort {
                options.keepsJournals = true
                return try printTable(try await CohortLaunch(configuration, options).run().text)
            }
            let launch = try CohortLaunch(configuration, options)
            try await launch.record(try teachers(of: configuration))
        }
    }

    /// Those whose weights are frozen from the beginning: what they publish depends on no other.
    private func teachers(of configuration: ExperimentConfiguration) throws -> [String] {
        let frozen = configuration.learners
            .filter { $0.role == .teacher && $0.source == nil && !$0.isExternal }.map(\.name)
        for name in learner where !frozen.contains(name) {
            throw SettingError(
                "learner '\(name)' cannot be recorded by itself: only a teacher that has weights is"
                    + " independent of the others (\(nearest(to: name, among: frozen))); --cohort"
                    + " records all together")
        }
        guard !frozen.isEmpty else {
            throw SettingError(
                "no learner is a teacher that has weights, which could be recorded by itself;"
                    + " --cohort records all together")
        }
        return learner.isEmpty ? frozen : frozen.filter(learner.contains)
    }
}
