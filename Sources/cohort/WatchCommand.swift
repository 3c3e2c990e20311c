import ArgumentParser
import Reporting

/// `cohort watch`: a run while it goes on, or after it ended.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show a run while it goes on, or after it ended.",
        discussion: """
            RUN is a run directory, such as runs/digits/latest, or the folder of an experiment for \
            its newest run. The files are only read: the run does not notice it.

            Examples:
              cohort watch runs/digits-private/latest --web
              cohort watch runs/digits-private --web --port 8000
            """)

    @Argument(
        help: ArgumentHelp("A run directory, or the folder of an experiment.", valueName: "run"),
        completion: .directory)
    var path: String

    @OptionGroup var web: WebArguments

    func validate() throws {
        guard web.web else { throw ValidationError("say how to show the run: --web") }
    }

    func run() async throws {
        try await reportingFailure { try await web.serve(RunReference(path).run) }
    }
}
