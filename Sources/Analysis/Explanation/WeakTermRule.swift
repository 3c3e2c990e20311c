import Reporting

extension ExplanationRule {
    /// Of the sum of the sizes of the task loss and all terms.
    private static let least = 0.01

    /// A term is nearly nothing of the loss.
    static let weakTerm = ExplanationRule(
        "weak-term", when: "a term is less than \(Text.percent(least)) of the loss"
    ) { report in
        report.terms.compactMap { term in
            guard let share = term.share, share < least else { return nil }
            let weight = term.weight.map { ", at weight \(Text.number($0.last))" } ?? ""
            return Found(
                .idle, term.learner,
                "\(term.name) is \(Text.percent(share)) of \(term.learner)'s loss\(weight): it hardly"
                    + " counts.",
                advice: "Give the edge more weight, or leave it out and save its messages.")
        }
    }
}
