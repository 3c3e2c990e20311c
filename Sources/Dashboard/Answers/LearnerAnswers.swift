import Reporting

/// The answers of one learner to the samples that it is tested on.
struct LearnerAnswers: Sendable {
    var learner: String
    var answers: HeldOutAnswers

    /// How far behind the newest answers, as a share of their step, answers are still compared.
    private static let tolerance = 0.1

    /// Those that can be compared, and in sentences for people why others are not.
    ///
    /// - Returns: the answers of most learners to the same samples, but for those of a step that
    ///   is long past. A teacher that does not learn is of no step.
    static func comparable(_ all: [LearnerAnswers]) -> (kept: [LearnerAnswers], notes: [String]) {
        let groups = Dictionary(grouping: all, by: \.subject).values
            .sorted { ($1.count, $0[0].learner) < ($0.count, $1[0].learner) }
        guard let group = groups.first else { return ([], []) }
        let newest = group.map(\.answers.step).max() ?? 0
        let isLate = { (one: LearnerAnswers) in
            one.answers.epoch > 0
                && Double(one.answers.step) < (1 - tolerance) * Double(newest)
        }
        let others = groups.dropFirst().joined().map(\.learner).sorted()
        let late = group.filter(isLate)
        let notes =
            (others.isEmpty
                ? [] : ["\(others.joined(separator: ", ")): tested on other samples."])
            + late.map {
                "\($0.learner): tested at step \($0.answers.step), long before step \(newest)."
            }
        return (group.filter { !isLate($0) }, notes)
    }

    /// What the answers are about: equal where samples and classes are the same.
    private var subject: [String] {
        [answers.samples, "\(answers.count)", "\(answers.classes)"]
    }
}
