import Reporting

extension ReportFormat {
    /// Everything: tables, findings, and the reports of every interval and epoch.
    static let json = ReportFormat("json", "everything, with the series of every interval") {
        report, _ in
        JSONText.of(ReportDocument(report))
    }
}

/// A report as JSON. Its intervals and epochs have the fields of `metrics.jsonl`.
private struct ReportDocument: Encodable {
    struct Curves: Encodable {
        var intervals: [IntervalReport]
        var epochs: [EpochReport]

        init(_ history: LearnerHistory) {
            intervals = history.intervals.map(\.published)
            epochs = history.epochs
        }
    }

    var name: String
    var run: String
    var seed: UInt64?
    var finished: Bool
    var state: String
    var seconds: Double?
    var configuration: String
    var ensembleAccuracy: Double?
    var learners: [LearnerResult]
    var edges: [EdgeResult]
    var terms: [TermResult]
    var findings: [Finding]
    var warnings: [String: [Notice]]
    var series: [String: Curves]
    var stages: [String: [String: Curves]]
    var alone: [String: Curves]

    init(_ report: RunReport) {
        let history = report.history
        name = report.name
        run = report.run
        seed = history.summary?.seed
        finished = report.isFinished
        state = report.state
        seconds = report.seconds
        configuration = history.configuration
        ensembleAccuracy = history.summary?.ensembleAccuracy
        learners = report.learners
        edges = report.edges
        terms = report.terms
        findings = Explanation(report).findings
        warnings = Self.named(history.learners) { learner in
            history.trainings(of: learner.name).flatMap(\.warnings)
        }.filter { !$0.value.isEmpty }
        series = Self.named(history.learners, Curves.init)
        stages = Dictionary(
            history.stages.map { ("\($0.number)", Self.named($0.learners, Curves.init)) },
            uniquingKeysWith: { one, _ in one })
        alone = Self.named(history.alone, Curves.init)
    }

    private static func named<Value>(
        _ learners: [LearnerHistory], _ value: (LearnerHistory) -> Value
    ) -> [String: Value] {
        Dictionary(learners.map { ($0.name, value($0)) }, uniquingKeysWith: { one, _ in one })
    }

    enum CodingKeys: String, CodingKey {
        case name, run, seed, finished, state, seconds, configuration, learners, edges, terms,
            findings, warnings, series, stages, alone
        case ensembleAccuracy = "ensemble_accuracy"
    }
}

extension IntervalReport {
    /// The same without what private votes told, which must not leave its owner.
    fileprivate var published: IntervalReport {
        var report = self
        for name in terms.keys {
            report.terms[name]?.privacy = terms[name]?.privacy?.published
        }
        return report
    }
}
