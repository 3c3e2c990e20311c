import Reporting

extension ReportFormat {
    /// For people and for notebooks of experiments.
    static let markdown = ReportFormat("md", "tables and sentences, with the configuration") {
        report, _ in
        ReportSections(report).page.text
    }
}

/// What the page of a report holds.
private struct ReportSections {
    let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var page: MarkdownPage {
        var page = MarkdownPage("\(report.name), run \(report.run)")
        page.add(report.state)
        page.add(facts)
        page.add(section: "What teaching did", Explanation(report).markdown)
        page.add(section: "Learners", learners.markdown)
        page.add(section: "Scores", contentsOf: ScoreTables(report).blocks)
        if !report.edges.isEmpty { page.add(section: "Edges", edges.markdown, edgeNote) }
        if !report.terms.isEmpty { page.add(section: "Terms", terms.markdown) }
        page.add(section: "Warnings", warnings)
        page.add(
            section: "Configuration",
            MarkdownPage.code(report.history.configuration, language: "yaml"))
        return page
    }

    private var facts: String {
        [
            report.history.summary.map { "seed \($0.seed)" },
            report.seconds.map { "\(Text.duration($0)) from the first record to the last" },
            report.history.summary?.ensembleAccuracy.map {
                "ensemble \(Text.percent($0))"
            },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private var learners: DataTable {
        let isText = report.learners.contains { $0.bitsPerByte != nil }
        return DataTable(
            header: [
                "learner", "role", "model", "parameters", "steps", "alone", "taught",
                "gain (points)", "best", "train", "test NLL",
            ] + (isText ? ["bits/byte alone", "taught"] : [])
                + ["ms/step", "waiting", "MB in", "MB out"],
            rows: report.learners.map { learner in
                [
                    learner.name, learner.role ?? "-", learner.model ?? "-",
                    learner.parameters.map(Text.count) ?? "-", Text.count(learner.steps),
                    percent(learner.aloneAccuracy), percent(learner.accuracy),
                    learner.gain.map(Text.signed) ?? "-",
                    learner.bestAccuracy.map {
                        "\(Text.percent($0)) (epoch \(learner.bestEpoch ?? 0))"
                    } ?? "-",
                    percent(learner.trainAccuracy), number(learner.testNLL),
                ]
                    + (isText
                        ? [number(learner.aloneBitsPerByte), number(learner.bitsPerByte)] : [])
                    + [
                        learner.stepSeconds.map(Text.milliseconds) ?? "-",
                        percent(learner.waitShare), megabytes(learner.bytesIn),
                        megabytes(learner.bytesOut),
                    ]
            }, wordColumns: 3)
    }

    private var edges: DataTable {
        DataTable(
            header: [
                "edge", "KL first", "KL last", "agreement first", "last", "absent", "waited for",
                "banked samples", "MB",
            ],
            rows: report.edges.map { edge in
                [
                    edge.title, number(edge.divergence?.first), number(edge.divergence?.last),
                    percent(edge.agreement?.first), percent(edge.agreement?.last),
                    "\(edge.absences) of \(edge.steps) steps", Text.percent(edge.waitShare),
                    edge.bankedSamples == 0 ? "-" : Text.count(edge.bankedSamples),
                    megabytes(edge.bytes),
                ]
            }, wordColumns: 1)
    }

    private let edgeNote =
        "First and last: means over the first and the last third of the intervals. Waited for: the"
        + " part of the learner's time."

    private var terms: DataTable {
        let areCompared = report.terms.contains { $0.gradient != nil }
        return DataTable(
            header: [
                "learner", "term", "value first", "last", "weight first", "last",
                "share of the loss", "gate open",
            ] + (areCompared ? ["gradient", "share of gradients", "cosine to the task"] : []),
            rows: report.terms.map { term in
                [
                    term.learner, "`\(term.name)`", number(term.value?.first),
                    number(term.value?.last), number(term.weight?.first),
                    number(term.weight?.last), percent(term.share), percent(term.open),
                ] + (areCompared ? gradient(of: term) : [])
            }, wordColumns: 2)
    }

    private func gradient(of term: TermResult) -> [String] {
        [
            number(term.gradient?.norm), percent(term.gradient?.share),
            term.gradient?.cosine.map(Text.signed) ?? "-",
        ]
    }

    /// The last warnings of each learner; its log has all.
    private static let mostWarnings = 5

    private var warnings: String {
        report.history.learners.flatMap { learner -> [String] in
            let warnings = report.history.trainings(of: learner.name).flatMap(\.warnings)
            let more = warnings.count - Self.mostWarnings
            let head = more > 0 ? ["- \(learner.name): \(more) more before these"] : []
            return head
                + warnings.suffix(Self.mostWarnings).map {
                    "- \(learner.name): \($0.message.replacing("\n", with: " "))"
                }
        }.map { $0 + "\n" }.joined()
    }

    private func percent(_ share: Double?) -> String { share.map(Text.percent) ?? "-" }

    private func number(_ value: Double?) -> String { value.map(Text.number) ?? "-" }

    private func megabytes(_ bytes: Int) -> String {
        Text.fixed(Double(bytes) / 1e6, decimals: 2)
    }
}
