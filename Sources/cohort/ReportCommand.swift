import Analysis
import ArgumentParser
import Charts
import Dashboard
import Options
import Orchestration
import Reporting

/// `cohort report`: what a run was and came to.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Report what a run was and came to: tables, series, figures.",
        discussion: """
            RUN is a run directory, such as runs/digits-private/latest, of a run that ended or goes \
            on. Of steps that were repeated after a resume the last count.

            Examples:
              cohort report runs/digits-private/latest --output report.md
              cohort report runs/digits-private/latest --format csv --output series.csv
              cohort report runs/digits-private/latest --format svg --figure loss --log
            """)

    @Argument(help: "A run directory.", completion: .directory)
    var run: String

    @Option(
        help: "The form: \(ReportFormat.allCases.map { "\($0.name) (\($0.summary))" }.list).")
    var format: ReportFormat = .allCases[0]

    @Option(help: "Write to this file in place of standard output.", completion: .file())
    var output: String?

    @Option(
        help: """
            A figure of svg: \(ReportFigures.all.map(\.name).list); can be given several times. By \
            default all that have something to show.
            """)
    var figure: [String] = []

    @Option(help: "The background of svg: automatic (what the reader prefers), light or dark.")
    var theme: Theme?

    @Flag(help: "Draw losses and divergences of svg on a logarithmic axis.")
    var log = false

    func validate() throws {
        let isDrawn = !figure.isEmpty || theme != nil || log
        guard format.name == "svg" || !isDrawn else {
            throw ValidationError("--figure, --theme and --log are options of --format svg")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let options = try ReportOptions(
                figures: figure, theme: theme ?? .automatic, isLogarithmic: log)
            let report = RunReport(try RunHistory(RunDirectory(path: run)))
            try printResult(try format.text(report, options), to: output)
        }
    }
}

extension ReportFormat: CaseIterable, ExpressibleByArgument {
    /// The page that every run leaves.
    private static let html = ReportFormat("html", "the page that every run leaves, in one file") {
        report, _ in
        let run = report.history.run
        return try ReportPage(run, samples: TestSamples.source(of: run)).html
    }

    /// The texts, and the page.
    public static var allCases: [ReportFormat] { ReportFormats.all + [html] }

    public init?(argument: String) {
        guard let found = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = found
    }

    public var defaultValueDescription: String { name }

    public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension Theme: ExpressibleByArgument {}

extension [String] {
    fileprivate var list: String { joined(separator: ", ") }
}
