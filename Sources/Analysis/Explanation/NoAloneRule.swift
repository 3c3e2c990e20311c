import Reporting

extension ExplanationRule {
    /// Without a run alone no gain is known.
    static let noAlone = ExplanationRule(
        "no-alone", when: "a learner with teaching terms has ended, and was not trained alone"
    ) { report in
        let names = report.learners.filter { learner in
            learner.isFinished && learner.aloneAccuracy == nil && learner.accuracy != nil
                && report.terms.contains { $0.learner == learner.name }
        }.map(\.name)
        guard !names.isEmpty else { return [] }
        let verb = names.count == 1 ? "was" : "were"
        return [
            Found(
                .note, names.joined(separator: ", "),
                "What teaching gained is not known: \(Text.list(names)) \(verb) not trained alone.",
                advice:
                    "Run with compare.alone=true, which trains each student without its teachers"
                    + " too.")
        ]
    }
}
