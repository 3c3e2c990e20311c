import Analysis
import ArgumentParser
import Reporting

/// `cohort explain`: what teaching did in a run, in sentences.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say which edges of a run helped, hurt, starved or came late, and what to try.",
        discussion: """
            RUN is a run that ended or goes on: a run directory, such as \
            runs/digits-private/latest, or an experiment, such as digits-private, for its newest \
            run. Each sentence follows from a rule with a threshold; --rules lists them. Nothing is \
            said that the records do not show: a gain needs a run with compare.alone=true.

            Examples:
              cohort explain runs/digits-private/latest
              cohort explain --rules
            """)

    /// How findings are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "A run directory, or an experiment for its newest run.", completion: .runs)
    var run: String?

    @Option(help: "text, or json: an array with rule, kind, subject, text and advice.")
    var format = Format.text

    @Flag(help: "List the rules with their thresholds, in place of explaining a run.")
    var rules = false

    func validate() throws {
        guard (run == nil) == rules else {
            throw ValidationError("name a run, or list the --rules")
        }
    }

    func run() async throws {
        try await reportingFailure {
            guard let run else { return try printResult(ruleTable) }
            let explanation = Explanation(RunReport(try RunHistory(RunReference(run).run)))
            try printResult(format == .json ? explanation.json : explanation.text)
        }
    }

    private var ruleTable: String {
        TextTable(
            rows: [["rule", "finds something when"]]
                + ExplanationRules.all.map { [$0.name, $0.condition] }
        ).text
    }
}
