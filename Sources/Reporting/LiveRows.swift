/// One row per learner at the bottom of a terminal, redrawn in place, below other lines that
/// scroll. A value: each call returns the text to write.
public struct LiveRows: Sendable {
    /// The size of the terminal: rows beyond its height are counted, longer rows are cut.
    public var size: TerminalSize
    private let learners: [String]
    private var rows: [String: String] = [:]
    private var progress: [String: StepProgress] = [:]
    private var drawn = 0
    /// Whether rows have changed since they were drawn.
    private var isStale = false
    private var drawnAt: Double?

    /// Seconds between two drawings of changed numbers.
    public static let pause = 1.0

    /// Rows for these learners, in this order.
    public init(learners: [String], size: TerminalSize) {
        self.learners = learners
        self.size = size
    }

    /// The text that shows a record: it changes the learner's row, or adds a line above for a
    /// notice. Numbers are drawn once a second at most; what starts or ends is drawn at once.
    ///
    /// - Parameter now: the time in seconds from any moment on.
    public mutating func show(_ record: Record, at now: Double) -> String {
        progress[record.learner, default: StepProgress()].add(record)
        let steps = progress[record.learner]?.text
        isStale = true
        switch record.body {
        case .interval(let report):
            rows[record.learner] = Self.row(of: report, steps)
            return refresh(at: now)
        case .epoch(let report):
            rows[record.learner] = Self.row(of: report, steps)
            return refresh(at: now)
        case .start: rows[record.learner] = "has started" + (steps.map { ", \($0)" } ?? "")
        case .end(let report):
            rows[record.learner] =
                report.exitCode == .success
                ? "done" + (report.testAccuracy.map { ", test \(Text.percent($0))" } ?? "")
                : "ended with exit code \(report.exitCode)"
        case .notice: return add("\(record.learner): \(LogLine.text(of: record))")
        }
        return redraw(at: now)
    }

    /// The text that draws rows that have changed, if the last drawing is a second old.
    public mutating func refresh(at now: Double) -> String {
        guard isStale, drawnAt.map({ now - $0 >= Self.pause }) ?? true else { return "" }
        return redraw(at: now)
    }

    private mutating func redraw(at now: Double) -> String {
        drawnAt = now
        return clearing + drawing()
    }

    /// The text that adds a line above the rows.
    public mutating func add(_ line: String) -> String {
        clearing + line + "\n" + drawing()
    }

    /// Ends the redrawing: later lines are printed below the rows.
    ///
    /// - Returns: the text that draws the rows as they are in the end.
    public mutating func finish() -> String {
        defer { drawn = 0 }
        return isStale ? clearing + drawing() : ""
    }

    private var clearing: String { drawn == 0 ? "" : "\u{1B}[\(drawn)A\r\u{1B}[J" }

    private mutating func drawing() -> String {
        isStale = false
        let width = learners.map(\.count).max() ?? 0
        let room = max(1, size.rows - 1)
        let shown = learners.count <= room ? learners.count : room - 1
        var lines = learners.prefix(shown).map {
            "\(Text.left($0, width))  \(rows[$0] ?? "waits for its start")"
        }
        if shown < learners.count { lines.append("and \(learners.count - shown) more") }
        drawn = lines.count
        return lines.map { $0.prefix(max(1, size.columns - 1)) + "\n" }.joined()
    }

    private static func row(of report: IntervalReport, _ steps: String?) -> String {
        "epoch \(report.epoch)  \(steps ?? "step \(report.step)")"
            + (report.taskLoss.map { "  task \(Text.number($0))" } ?? "  teaches")
            + (report.totalLoss.map { "  total \(Text.number($0))" } ?? "")
            + (report.meanDivergence.map { "  KL \(Text.number($0))" } ?? "")
            + (report.meanAgreement.map { "  agrees \(Text.percent($0))" } ?? "")
            + "  \(Text.milliseconds(report.stepSeconds)) ms"
            + (report.longestWait.map { ", waits \(Text.milliseconds($0.seconds)) for \($0.peer)" }
                ?? "")
    }

    private static func row(of report: EpochReport, _ steps: String?) -> String {
        "epoch \(report.epoch)  \(steps ?? "step \(report.step)")  train \(Text.percent(report.trainAccuracy))"
            + "  test \(Text.percent(report.testAccuracy))"
            + (report.ensembleAccuracy.map { "  ensemble \(Text.percent($0))" } ?? "")
    }
}
