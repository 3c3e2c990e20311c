import Reporting

extension ExplanationRule {
    /// Smaller differences to training alone are called none.
    static let leastGain = 0.5

    /// What teaching gained over training alone.
    static let gain = ExplanationRule(
        "gain",
        when: "a learner was trained alone too; from \(leastGain) points on it gained or lost"
    ) { report in
        report.learners.compactMap { learner in
            guard let gain = learner.gain, let alone = learner.aloneAccuracy,
                let taught = learner.accuracy
            else { return nil }
            let teachers = report.edges(to: learner.name).map(\.from)
            let from =
                "\(Text.percent(alone)) alone, \(Text.percent(taught)) taught"
                + (teachers.isEmpty ? "" : " by \(Text.list(teachers))")
            let size = Text.fixed(abs(gain), decimals: 2)
            guard abs(gain) >= leastGain else {
                return Found(
                    .idle, learner.name,
                    "\(learner.name) neither gained nor lost by teaching: \(from).")
            }
            guard gain < 0 else {
                return Found(
                    .helped, subject(learner.name, teachers),
                    "\(learner.name) gained \(size) points: \(from).\(caveat(teachers))",
                    advice:
                        "One run shows no spread: repeat it by `--seeds 3`, and give all runs to"
                        + " `cohort compare`.")
            }
            return Found(
                .hurt, subject(learner.name, teachers),
                "\(learner.name) lost \(size) points: \(from).\(caveat(teachers))",
                advice: advice(teachers, report.edges(to: learner.name)))
        }
    }

    private static func advice(_ teachers: [String], _ edges: [EdgeResult]) -> String {
        guard edges.isEmpty || edges.contains(where: { !$0.isMostlyAbsent }) else {
            return "Its teachers were absent at most steps: mend that first."
        }
        return
            "See by `--seeds 3` and `cohort compare` whether it is more than noise; then try half"
            + " the `weight` of its edges, a `schedule` that ramps it up, or"
            + (teachers.count > 1 ? " leave out one teacher at a time." : " another teacher.")
    }

    /// The edge where there is only one; else the learner.
    private static func subject(_ learner: String, _ teachers: [String]) -> String {
        teachers.count == 1 ? "\(teachers[0]) → \(learner)" : learner
    }

    private static func caveat(_ teachers: [String]) -> String {
        teachers.count < 2
            ? "" : " One run cannot tell the parts of its \(teachers.count) teachers."
    }
}
