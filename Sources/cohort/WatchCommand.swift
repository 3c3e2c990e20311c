import ArgumentParser
import Bytes
import Experiment
import Foundation
import Launching
import Orchestration
import Reporting
import Watching

/// `cohort watch`: shows a run that goes on, or has ended.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show how a run goes, from any terminal.",
        discussion: """
            Follows the files of a run: one row for each learner on a terminal, lines elsewhere, as \
            `cohort run` shows them. Goes on when the run is stopped and resumed; when it has ended, \
            shows its results and ends with 0. q or Ctrl-C ends watching, never the run. \
            66 where there is no run. On another host: ssh -t HOST cohort watch RUN. With --web the \
            run is a page for browsers.

            Examples:
              cohort watch runs/digits-private/latest
              cohort watch runs/digits-private --web --port 8000
            """)

    @Argument(
        help: ArgumentHelp(
            """
            A run directory such as runs/NAME/latest, or an experiment, runs/NAME or NAME, for its \
            newest run.
            """, valueName: "run"), completion: .runs)
    var path: String

    @Flag(help: "Show how the run stands now, and end.")
    var once = false

    @OptionGroup var web: WebArguments

    func validate() throws {
        guard !web.web || !once else {
            throw ValidationError("--once is of the terminal, and --web of browsers: choose one")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let run = try RunReference(path).run
            if web.web { return try await web.serve(run) }
            let configuration = try? ExperimentConfiguration.load(
                run.configuration, registries: .all)
            let reporting = configuration?.learners.filter {
                $0.source == nil && !$0.isExternal
            }
            if run.isOnHosts, !FileManager.default.fileExists(atPath: run.summary) {
                printNotice(Self.elsewhere)
            }
            let watching = WatchLoop(run, learners: reporting?.map(\.name) ?? [], once: once)
            let summary = try await watching.run()
            guard let summary else { return }
            let names = configuration?.learners.map(\.name) ?? summary.learners.keys.sorted()
            try printResult(summary.table(of: names).text)
            printNotice("results: \(run.path)")
            if FileManager.default.fileExists(atPath: run.report) {
                printNotice("report: \(run.report)")
            }
        }
    }

    private static let elsewhere =
        "the learners run on other hosts, from which their records come when the run ends; "
        + "convergence.log holds meanwhile what they report"
}
