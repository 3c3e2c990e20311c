/// The lines of the merged `convergence.log`: how each learner's loss moves, with which peers it
/// agrees and for which it waits.
///
/// Every line begins with date and time. There is one line per learner and interval in fixed
/// columns, with the change of the task loss
/// since that learner's previous line (▼ fell, ▲ rose). In a cohort of up to ``mostColumns``
/// learners the divergence from and the agreement with each learner have columns of their own; in a
/// larger one their means over all teachers have. There is one line per learner and epoch, and one
/// for each start, end and notice.
public struct ConvergenceRenderer: RecordRenderer {
    /// The header is repeated after so many lines.
    public static let headerInterval = 40
    /// Up to so many learners have columns of their own.
    public static let mostColumns = 8

    private let columns: [Column]
    private let nameWidth: Int
    private var linesSinceHeader = headerInterval
    private var lastLoss: [String: Double] = [:]

    struct Column: Sendable {
        var title: String
        var width: Int
        var isLeft = false
        var cell: @Sendable (Row) -> String
    }

    struct Row: Sendable {
        var learner: String
        var report: IntervalReport
        var change: Double?
    }

    /// - Parameter learners: the cohort, in the order of the columns.
    public init(learners: [String]) {
        nameWidth = max(7, learners.map(\.count).max() ?? 0)
        columns = Self.columns(for: learners, nameWidth: nameWidth)
    }

    /// The line of a record, below the header where that is due.
    public mutating func lines(for record: Record) -> [String] {
        let text =
            switch record.body {
            case .interval(let report): intervalLine(of: record.learner, report)
            case .epoch(let report): epochLine(of: record.learner, report)
            case .start, .end, .notice:
                "# \(Text.left(record.learner, nameWidth))  \(LogLine.text(of: record))"
            }
        let line = "\(Text.time(record.time))  \(text)"
        defer { linesSinceHeader += 1 }
        guard linesSinceHeader >= Self.headerInterval else { return [line] }
        linesSinceHeader = 0
        return [header, line]
    }

    private var header: String {
        ([Text.left("time", Text.time(.distantPast).count)] + columns.map { pad($0.title, $0) })
            .joined(separator: "  ")
    }

    private mutating func intervalLine(of learner: String, _ report: IntervalReport) -> String {
        let row = Row(
            learner: learner, report: report,
            change: lastLoss[learner].flatMap { last in report.taskLoss.map { $0 - last } })
        lastLoss[learner] = report.taskLoss
        return columns.map { pad($0.cell(row), $0) }.joined(separator: "  ")
    }

    private func epochLine(of learner: String, _ report: EpochReport) -> String {
        let ensemble = report.ensembleAccuracy.map {
            "  ensemble \(Text.percent($0)) of \(report.membersText)"
        }
        return "= epoch \(report.epoch)  \(Text.left(learner, nameWidth))"
            + "  train \(Text.percent(report.trainAccuracy))"
            + "  test \(Text.percent(report.testAccuracy))"
            + "  train loss \(Text.number(report.trainLoss))"
            + "  test NLL \(Text.number(report.testNLL))"
            + (report.text.map { "  \($0.text)" } ?? "") + (ensemble ?? "")
    }

    private func pad(_ text: String, _ column: Column) -> String {
        column.isLeft ? Text.left(text, column.width) : Text.right(text, column.width)
    }
}

extension ConvergenceRenderer {
    private static func columns(for learners: [String], nameWidth: Int) -> [Column] {
        var columns = [
            Column(title: "step", width: 7) { "\($0.report.step)" },
            Column(title: "epoch", width: 5) { "\($0.report.epoch)" },
            Column(title: "learner", width: nameWidth, isLeft: true) { $0.learner },
            Column(title: "task", width: 8) { number($0.report.taskLoss) },
            Column(title: "change", width: 9) { change($0.change) },
            Column(title: "total", width: 8) { number($0.report.totalLoss) },
        ]
        columns += learners.count > mostColumns ? comparison : comparisons(with: learners)
        return columns + costs(nameWidth: nameWidth)
    }

    private static func comparisons(with learners: [String]) -> [Column] {
        learners.map { peer in
            Column(title: "KL(\(peer))", width: max(8, peer.count + 4)) {
                $0.report.divergence[peer].map(Text.number) ?? "-"
            }
        }
            + learners.map { peer in
                Column(title: "=\(peer)", width: max(7, peer.count + 1)) {
                    $0.report.agreement[peer].map(Text.percent) ?? "-"
                }
            }
    }

    private static var comparison: [Column] {
        [
            Column(title: "KL(all)", width: 8) { number($0.report.meanDivergence) },
            Column(title: "=all", width: 7) {
                $0.report.meanAgreement.map(Text.percent) ?? "-"
            },
        ]
    }

    private static func costs(nameWidth: Int) -> [Column] {
        [
            Column(title: "rate", width: 8) { number($0.report.rate) },
            Column(title: "ms/step", width: 7) { Text.milliseconds($0.report.stepSeconds) },
            Column(title: "ms wait", width: 7) {
                $0.report.longestWait.map { Text.milliseconds($0.seconds) } ?? "-"
            },
            Column(title: "for", width: nameWidth, isLeft: true) {
                $0.report.longestWait?.peer ?? "-"
            },
            Column(title: "KB in", width: 8) { Text.kilobytes($0.report.bytesIn) },
            Column(title: "KB out", width: 8) { Text.kilobytes($0.report.bytesOut) },
        ]
    }

    private static func number(_ value: Double?) -> String { value.map(Text.number) ?? "-" }

    private static func change(_ change: Double?) -> String {
        guard let change else { return "-" }
        let text = Text.number(abs(change))
        return text == "0" || text == "0.0000" ? "=" : (change < 0 ? "▼" : "▲") + text
    }
}
