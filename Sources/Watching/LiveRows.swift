import Reporting

/// One row per learner at the bottom of a terminal, redrawn in place, below other lines that
/// scroll. A value: each call returns the text to write.
///
/// What came in the last ``freshness`` seconds is marked. Where there are more learners than lines,
/// those that train are shown first.
public struct LiveRows: Sendable {
    /// The size of the terminal, which may change: rows beyond its height are counted, columns
    /// beyond its width fall away, the last ones first.
    public var size: TerminalSize {
        didSet { if size != oldValue { (isStale, drawnAt) = (true, nil) } }
    }
    /// A line below the rows, if there is one.
    public var footer: String? {
        didSet { if footer != oldValue { isStale = true } }
    }
    private let order: [String: Int]
    private let style: TerminalStyle
    private var rows: [FollowedLearner: LearnerRow]
    /// The widths of the lines that are drawn.
    private var drawn: [Int] = []
    /// Whether rows have changed since they were drawn.
    private var isStale = false
    private var drawnAt: Double?
    /// When the first mark of what was drawn is to disappear.
    private var marksUntil: Double?

    /// Seconds between two drawings of changed numbers.
    public static let pause = 1.0
    /// Seconds for which a row that has changed is marked.
    public static let freshness = 3.0

    /// Rows for these learners, in this order; others that appear follow by their names.
    ///
    /// - Parameter parts: the part of the run in which each trains; the cohort's by default.
    public init(
        learners: [String], in parts: [String: RunPart] = [:], size: TerminalSize,
        style: TerminalStyle = TerminalStyle(isColoured: false)
    ) {
        (self.size, self.style) = (size, style)
        order = Dictionary(zip(learners, learners.indices)) { first, _ in first }
        let followed = learners.map { FollowedLearner($0, in: parts[$0, default: .cohort]) }
        rows = Dictionary(followed.map { ($0, LearnerRow()) }) { first, _ in first }
    }

    /// The text that shows a record: it changes the learner's row, or adds a line above for a
    /// notice. Numbers are drawn once a second at most; what starts or ends is drawn at once.
    ///
    /// - Parameters:
    ///   - part: the part of the run that the record is of.
    ///   - now: the time in seconds from any moment on.
    public mutating func show(
        _ record: Record, in part: RunPart = .cohort, at now: Double
    ) -> String {
        let learner = FollowedLearner(record.learner, in: part)
        take(record, in: part, at: now)
        switch record.body {
        case .interval, .epoch: return refresh(at: now)
        case .start, .end: return redraw(at: now)
        case .notice: return add("\(learner.label): \(LogLine.text(of: record))")
        }
    }

    /// Takes a record in, which the next drawing shows. Notices are left out.
    public mutating func take(_ record: Record, in part: RunPart = .cohort, at now: Double) {
        if case .notice = record.body { return }
        rows[FollowedLearner(record.learner, in: part), default: LearnerRow()].add(record, at: now)
        isStale = true
    }

    /// Forgets what was shown of a learner, whose records come anew.
    public mutating func forget(_ learner: FollowedLearner) {
        rows[learner] = LearnerRow()
        isStale = true
    }

    /// The text that draws rows that have changed, if the last drawing is a second old, or takes
    /// marks away that are out of date.
    public mutating func refresh(at now: Double) -> String {
        let isDue = isStale && drawnAt.map { now - $0 >= Self.pause } ?? true
        return isDue || marksUntil.map { now >= $0 } ?? false ? redraw(at: now) : ""
    }

    /// The text that adds a line above the rows.
    public mutating func add(_ line: String) -> String {
        let clearing = start + "\u{1B}[J"
        let now = drawnAt ?? -.infinity
        return (drawn.isEmpty ? "" : clearing) + line + "\n" + drawing(at: now)
    }

    /// Ends the redrawing: later lines are printed below the rows.
    ///
    /// - Returns: the text that draws the rows as they are in the end.
    public mutating func finish() -> String {
        guard isStale || marksUntil != nil || footer != nil else { return "" }
        footer = nil
        let text = redraw(at: .infinity)
        drawn = []
        return text
    }
}

extension LiveRows {
    private mutating func redraw(at now: Double) -> String {
        drawnAt = now
        let start = start
        // Erasing all of it beforehand would flicker.
        return start + drawing(at: now) + (start.isEmpty ? "" : "\u{1B}[J")
    }

    /// Moves to where the first row was drawn. Terminals fold lines that are longer than their new
    /// width.
    private var start: String {
        let columns = max(1, size.columns)
        let lines = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        return lines == 0 ? "" : "\u{1B}[\(lines)A\r"
    }

    private mutating func drawing(at now: Double) -> String {
        isStale = false
        let footer = footerLines
        let room = max(1, size.rows - 2 - footer.count)
        let learners = sorted
        let shown = learners.count <= room ? learners : mostWanted(of: learners, max(1, room - 1))
        let (lines, until) = lines(of: shown, at: now)
        marksUntil = until
        var texts = RowLayout(lines: lines, columns: size.columns, style: style).rendered()
        let hidden = learners.count - shown.count
        let below = (hidden > 0 ? ["and \(hidden) more"] : []) + footer
        texts += below.map { text in
            style.render(DisplayWidth.cut(" \(text)", to: max(1, size.columns - 1)), .faint)
        }
        // A terminal that is lower than that would scroll.
        texts = texts.suffix(max(1, size.rows - 1))
        drawn = texts.map { DisplayWidth.of(style.plain($0)) }
        return texts.map { $0 + "\u{1B}[K\n" }.joined()
    }

    /// The footer, folded at the terminal's width: of a third of its height at most.
    private var footerLines: [String] {
        let lines = footer.map { DisplayWidth.wrapped($0, to: max(1, size.columns - 2)) } ?? []
        return Array(lines.prefix(max(1, size.rows / 3)))
    }

    private func lines(
        of learners: [FollowedLearner], at now: Double
    ) -> (lines: [RowLayout.Line], marksUntil: Double?) {
        var until: Double?
        let lines = learners.map { learner in
            let row = rows[learner] ?? LearnerRow()
            let end = row.changedAt.map { $0 + Self.freshness }
            let isFresh = end.map { now < $0 } ?? false
            if isFresh, let end { until = min(until ?? end, end) }
            let alone = learner.part == .cohort ? rows[.init(learner.name, in: .alone)] : nil
            return RowLayout.Line(
                name: RowCell(text: learner.label),
                cells: RowColumn.all.map { $0.cell(.init(row: row, alone: alone)) },
                isFresh: isFresh)
        }
        return (lines, until)
    }

    private var sorted: [FollowedLearner] {
        rows.keys.sorted { a, b in
            let places = (order[a.name] ?? .max, order[b.name] ?? .max)
            return (a.part, places.0, a.name) < (b.part, places.1, b.name)
        }
    }

    /// Those that train first, then those that are still to, in the order of all.
    private func mostWanted(of learners: [FollowedLearner], _ count: Int) -> [FollowedLearner] {
        let ranked = learners.enumerated().sorted { a, b in
            (rank(of: a.element), a.offset) < (rank(of: b.element), b.offset)
        }
        return ranked.prefix(count).sorted { $0.offset < $1.offset }.map(\.element)
    }

    private func rank(of learner: FollowedLearner) -> Int {
        switch rows[learner]?.phase {
        case .training: 0
        case .waiting, nil: 1
        case .ended: 2
        }
    }
}
