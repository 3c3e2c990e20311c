import Reporting

extension ExplanationRule {
    /// In points of accuracy.
    private static let leastSpread = 1.0

    /// Why one learner gained more than another: what either knew alone, and what its teachers did.
    static let unequalGains = ExplanationRule(
        "unequal-gains",
        when:
            "the gains of two learners that were trained alone too lie \(leastSpread) point or more"
            + " apart"
    ) { report in
        let gains = report.learners.filter { $0.gain != nil }.sorted { gain($0) > gain($1) }
        guard let most = gains.first, let least = gains.last,
            gain(most) - gain(least) >= leastSpread
        else { return [] }
        return [
            Found(
                .note, "\(most.name), \(least.name)",
                "\(most.name) gained most (\(points(most))), and \(least.name) least"
                    + " (\(points(least))). \(start(of: most, in: report))"
                    + " \(start(of: least, in: report)) \(ends(gains))",
                advice: advice(for: least, in: report))
        ]
    }

    private static func gain(_ learner: LearnerResult) -> Double { learner.gain ?? 0 }

    private static func points(_ learner: LearnerResult) -> String {
        (gain(learner) < 0 ? "" : "+") + Text.fixed(gain(learner), decimals: 2) + " points"
    }

    /// `Alone c reaches 82.75%, its best teacher b 87.81%.`
    private static func start(of learner: LearnerResult, in report: RunReport) -> String {
        let own = "Alone \(learner.name) reaches \(Text.percent(learner.aloneAccuracy ?? 0))"
        guard let teacher = bestTeacher(of: learner, in: report) else { return own + "." }
        return own + ", its best teacher \(teacher.name) \(Text.percent(teacher.accuracy))."
    }

    private static func ends(_ learners: [LearnerResult]) -> String {
        let ends = learners.compactMap(\.accuracy)
        guard let low = ends.min(), let high = ends.max() else { return "" }
        return "Taught, all end between \(Text.percent(low)) and \(Text.percent(high))."
    }

    private static func advice(for learner: LearnerResult, in report: RunReport) -> String? {
        guard let alone = learner.aloneAccuracy,
            let teacher = bestTeacher(of: learner, in: report), teacher.accuracy <= alone
        else { return nil }
        return "No teacher of \(learner.name) is better alone than it is: it gains more from one"
            + " that is, or that knows other samples."
    }

    /// By what it reaches without the cohort; of a teacher that did not learn, by what it knows.
    private static func bestTeacher(
        of learner: LearnerResult, in report: RunReport
    ) -> (name: String, accuracy: Double)? {
        report.edges(to: learner.name).filter { $0.from != learner.name }.compactMap { edge in
            report.learner(edge.from).flatMap { teacher in
                (teacher.aloneAccuracy ?? teacher.accuracy).map { (teacher.name, $0) }
            }
        }.max { $0.1 < $1.1 }
    }
}
