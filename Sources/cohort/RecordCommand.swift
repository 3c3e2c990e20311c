import ArgumentParser
import Experiment
import Options
import Orchestration

/// `cohort record`: what learners say, written down for later runs.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Write down once what teachers say of every step, for later runs.",
        discussion: """
            Each frozen teacher of the configuration (or those named by --learner) looks at the \
            samples of all steps by itself, and its knowledge is kept in the run directory. With \
            --cohort the whole cohort is trained, and what every learner publishes is kept. A later \
            run names the run directory in place of a process: `t: {model: …, source: \
            runs/NAME/latest}`.
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Record this teacher alone; can be given several times.")
    var learner: [String] = []

    @Flag(help: "Train the whole cohort, and record every learner.")
    var cohort = false

    func validate() throws {
        guard !cohort || learner.isEmpty else {
            throw ValidationError("--cohort records all; leave --learner out")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try source.load()
            if cohort {
                var options = RunOptions(notice: printNotice)
                options.keepsJournals = true
                return try printResult(try await CohortLaunch(configuration, options).run().text)
            }
            let launch = try CohortLaunch(configuration, RunOptions(notice: printNotice))
            try await launch.record(try teachers(of: configuration))
        }
    }

    /// Those whose weights are frozen from the beginning: what they say depends on nobody.
    private func teachers(of configuration: ExperimentConfiguration) throws -> [String] {
        let frozen = configuration.learners
            .filter { $0.role == .teacher && $0.source == nil && !$0.isExternal }.map(\.name)
        for name in learner where !frozen.contains(name) {
            throw SettingError(
                "learner '\(name)' cannot be recorded by itself: only a teacher with weights says the"
                    + " same whoever listens (\(nearest(to: name, among: frozen))); --cohort records"
                    + " all together")
        }
        guard !frozen.isEmpty else {
            throw SettingError(
                "nobody here is a teacher with weights, who could be recorded alone; --cohort records"
                    + " all together")
        }
        return learner.isEmpty ? frozen : frozen.filter(learner.contains)
    }
}
