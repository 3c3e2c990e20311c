import Analysis
import ArgumentParser
import Charts
import Dashboard
import Options
import Reporting

/// `cohort report`: what a run was and came to.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Report what a run was and came to: tables, series, figures.",
        discussion: """
            RUN is a run that ended or goes on: a run directory, such as \
            runs/digits-private/latest, or an experiment, such as digits-private, for its newest \
            run. Of steps that were repeated after a resume the last count.

            Examples:
              cohort report runs/digits-private/latest --output report.md
              cohort report runs/digits-private/latest --format csv --output series.csv
              cohort report runs/digits-private/latest --format svg --figure loss --log
            """)

    @Argument(help: "A run directory, or an experiment for its newest run.", completion: .runs)
    var run: String

    @Option(
        help: "The form: \(ReportForm.allCases.map { "\($0.name) (\($0.summary))" }.listed).")
    var format: ReportForm = .allCases[0]

    @Option(help: "Write to this file in place of standard output.", completion: .file())
    var output: String?

    @Option(
        help: """
            A figure of svg: \(ReportFigures.all.map(\.name).listed); can be given several times. By \
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
            try printResult(format.text(RunReference(run).run, options), to: output)
        }
    }
}

/// What `--format` names: the texts of a report, and the page.
struct ReportForm: CaseIterable, ExpressibleByArgument {
    let name: String
    let summary: String
    /// The report of a run in this form.
    let text: @Sendable (RunDirectory, ReportOptions) throws -> String

    static let allCases: [ReportForm] = ReportFormats.all.map(Self.init) + [page]

    private static let page = ReportForm(
        name: "html", summary: "the page that every run leaves, in one file"
    ) { run, _ in try run.reportPage.html }

    init?(argument: String) {
        guard let found = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = found
    }

    var defaultValueDescription: String { name }

    static var allValueStrings: [String] { allCases.map(\.name) }
}

extension ReportForm {
    private init(_ format: ReportFormat) {
        self.init(name: format.name, summary: format.summary) { run, options in
            format.text(RunReport(try RunHistory(run)), options)
        }
    }

    private init(
        name: String, summary: String,
        text: @escaping @Sendable (RunDirectory, ReportOptions) throws -> String
    ) {
        (self.name, self.summary, self.text) = (name, summary, text)
    }
}

extension Theme: ExpressibleByArgument {}

extension [String] {
    fileprivate var listed: String { joined(separator: ", ") }
}
