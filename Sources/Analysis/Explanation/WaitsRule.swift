import Reporting

extension ExplanationRule {
    /// Of the learner's time.
    private static let mostWait = 0.2

    /// Learners spend much of their time waiting for one.
    static let waits = ExplanationRule(
        "late",
        when: "a learner waited for one other in \(Text.percent(mostWait)) or more of its time"
    ) { report in
        let slow = report.edges.filter { $0.waitShare >= mostWait && $0.from != $0.to }
        let names = Set(slow.map(\.from)).sorted()
        return names.map { name in
            let waiting = slow.filter { $0.from == name }
            let parts = waiting.map { "\($0.to) \(Text.percent($0.waitShare)) of its time" }
            return Found(
                .late, waiting.map(\.title).joined(separator: ", "),
                "\(name) came late: waiting for it took \(Text.list(parts)). That costs time, and no"
                    + " accuracy.",
                advice:
                    "Give \(name) a faster host, more threads or a smaller model. Others go on"
                    + " without it where their edge has `missing: drop` or `missing: bank`, once they"
                    + " have waited for `exchange.timeouts.missing` (2 s by default); that saves time,"
                    + " and costs what it would have taught.")
        }
    }
}
