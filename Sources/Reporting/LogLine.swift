/// A record in one line of words and numbers.
///
/// It states every value of the report, but of bytes the sums over peers, of digests the first
/// digits, the length of an interval only where a teacher was absent, and of the scores by class
/// none.
package enum LogLine {
    /// The line, without its end.
    package static func text(of record: Record) -> String {
        switch record.body {
        case .start(let report): start(report)
        case .interval(let report): interval(report)
        case .epoch(let report): epoch(report)
        case .end(let report): end(report)
        case .notice(let notice): self.notice(notice)
        }
    }

    private static func start(_ report: StartReport) -> String {
        let place = report.step == 0 ? "start" : "resume after step \(report.step)"
        let steps = report.totalSteps.map { " \($0) steps," } ?? ""
        return "\(place): \(report.model), \(report.parameters) parameters,\(steps)"
            + " \(report.threads) thread\(report.threads == 1 ? "" : "s")"
            + (report.threadsReason.map { " (\($0))" } ?? "")
            + ", weights \(Text.digest(report.weightsSHA256))"
    }

    private static func interval(_ report: IntervalReport) -> String {
        var parts = ["epoch \(report.epoch) step \(report.step)"]
        parts += report.taskLoss.map { ["task \(Text.number($0))"] } ?? ["teaches"]
        parts += report.totalLoss.map { ["total \(Text.number($0))"] } ?? []
        parts += report.terms.sorted { $0.key < $1.key }.map { "\($0) \(term($1))" }
        parts += named(report.divergence) { "KL from \($0) \(Text.number($1))" }
        parts += named(report.agreement) { "agrees with \($0) \(Text.percent($1))" }
        parts += named(report.codecErrors) { "codec error of \($0) \(Text.number($1))" }
        if let rate = report.rate { parts.append("rate \(Text.number(rate))") }
        if let norm = report.gradientNorm { parts.append("gradient \(Text.number(norm))") }
        if let norm = report.taskGradient { parts.append("task gradient \(Text.number(norm))") }
        parts.append("\(Text.milliseconds(report.stepSeconds)) ms/step")
        parts += named(report.waitSeconds) { "waits for \($0) \(Text.milliseconds($1)) ms" }
        parts += (report.absences ?? [:]).sorted { $0.key < $1.key }.map {
            "without \($0) at \($1) of \(report.steps) steps"
        }
        parts += (report.banked ?? [:]).sorted { $0.key < $1.key }.map {
            "banked of \($0) \($1.samples) samples, \(Text.number($1.age)) steps old"
        }
        parts.append(
            "in \(Text.kilobytes(report.bytesIn)) KB out \(Text.kilobytes(report.bytesOut)) KB")
        return parts.joined(separator: ", ")
    }

    /// The value of a term, its weight, and the share that its gate let through.
    private static func term(_ report: TermReport) -> String {
        let gate = report.open < 1 ? " open \(Text.percent(report.open))" : ""
        let shares = report.shares.map { shares in
            " shares " + shares.map { Text.fixed($0, decimals: 3) }.joined(separator: "/")
        }
        let figures = named(report.figures ?? [:]) { " \($0) \(Text.number($1))" }.joined()
        return "\(Text.number(report.value)) at weight \(Text.number(report.weight))" + gate
            + (shares ?? "") + figures + (report.gradient.map { " \(gradient($0))" } ?? "")
            + (report.privacy.map { " (\($0.text))" } ?? "")
    }

    /// `gradient 0.1234, 31.25% of all, cosine -0.4321`
    private static func gradient(_ report: GradientReport) -> String {
        "gradient \(Text.number(report.norm))"
            + (report.share.map { ", \(Text.percent($0)) of all" } ?? "")
            + (report.cosine.map { ", cosine \(Text.number($0))" } ?? "")
    }

    private static func epoch(_ report: EpochReport) -> String {
        var text =
            "epoch \(report.epoch) done at step \(report.step):"
            + " train \(Text.percent(report.trainAccuracy)) loss \(Text.number(report.trainLoss)),"
            + " test \(Text.percent(report.testAccuracy)) NLL \(Text.number(report.testNLL))"
            + (report.text.map { " \($0.text)" } ?? "")
            + (report.scores.map { " \($0.text)" } ?? "")
        text += exits(report.exitAccuracies) + averages(report.averageAccuracies)
        if let accuracy = report.ensembleAccuracy {
            text += ", ensemble \(Text.percent(accuracy)) of \(report.membersText)"
        }
        return text + ", \(Text.number(report.seconds)) s"
    }

    /// `, exits: exit1 71.25%, exit2 80.00%, mean 81.50%`: from the shallowest on, their mean last.
    private static func exits(_ accuracies: [String: Double]?) -> String {
        guard let accuracies else { return "" }
        let sorted = accuracies.sorted { a, b in
            let isMean = (a.key.last?.isNumber == false, b.key.last?.isNumber == false)
            guard isMean.0 == isMean.1 else { return isMean.1 }
            return (a.key.count, a.key) < (b.key.count, b.key)
        }
        return ", exits: "
            + sorted.map { "\($0.key) \(Text.percent($0.value))" }.joined(separator: ", ")
    }

    /// `, average=0.999 81.50%`
    private static func averages(_ accuracies: [String: Double]?) -> String {
        (accuracies ?? [:]).sorted { $0.key < $1.key }
            .map { ", \($0.key) \(Text.percent($0.value))" }.joined()
    }

    private static func end(_ report: EndReport) -> String {
        let tested = report.testAccuracy.map { ", test \(Text.percent($0))" } ?? ""
        let spent = (report.privacy ?? [:]).sorted { $0.key < $1.key }.map {
            ", \($0) spent \($1.text)"
        }.joined()
        return "end after step \(report.step), \(Text.number(report.seconds)) s\(tested)"
            + (report.text.map { ", \($0.text)" } ?? "")
            + exits(report.exitAccuracies) + averages(report.averageAccuracies) + spent
            + (report.tasks.map { ", \($0.text)" } ?? "")
            + (report.peakMemory.map {
                ", \(Text.fixed(Double($0) / 1e6, decimals: 1)) MB of memory"
            } ?? "")
            + ", weights \(Text.digest(report.weightsSHA256)), exit \(report.exitCode)"
            + (report.reason.map { ": \($0)" } ?? "")
            + (report.departed.map { " (caused by '\($0)')" } ?? "")
    }

    private static func notice(_ notice: Notice) -> String {
        let place = notice.step.map { "step \($0): " } ?? ""
        let level = notice.level == .info ? "" : "\(notice.level.rawValue): "
        return level + place + notice.message.replacing("\n", with: " | ")
    }

    private static func named(
        _ values: [String: Double], _ render: (String, Double) -> String
    ) -> [String] {
        values.sorted { $0.key < $1.key }.map(render)
    }
}
