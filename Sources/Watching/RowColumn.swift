import Reporting

/// A part of a row, with its emphasis.
struct RowCell: Hashable, Sendable {
    var text: String
    var style = TextStyle.plain
}

/// A column of the view.
///
/// ``all`` is in the order in which the columns stand and in which they matter: on a narrow
/// terminal the last ones fall away first.
struct RowColumn: Sendable {
    /// What a cell is made of.
    struct Source: Sendable {
        var row: LearnerRow
        /// The same student alone, where it trains or has trained.
        var alone: LearnerRow?
    }

    /// The header.
    var title: String
    /// Whether it is set to the left, as words are.
    var isLeft = false
    /// The columns of the terminal that it takes at least, so that it does not jump.
    var width = 0
    /// Nil where there is nothing to show; a column without any cell is left out.
    var cell: @Sendable (Source) -> RowCell?

    /// The columns behind the learner's name.
    static let all: [RowColumn] = [
        RowColumn(title: "step") { step(of: $0.row).map { RowCell(text: $0) } },
        RowColumn(title: "task", width: 7) { loss(of: $0.row) },
        RowColumn(title: "test", width: 6) { source in
            source.row.accuracy.map { RowCell(text: Text.percent($0)) }
        },
        RowColumn(title: "left", width: 7) { left(of: $0.row) },
        RowColumn(title: "trend", isLeft: true, width: sparklineWidth) { source in
            let text = Sparkline.text(of: source.row.trend.values, columns: sparklineWidth)
            return text.isEmpty ? nil : RowCell(text: text)
        },
        RowColumn(title: "gain", width: 6) { gain(of: $0) },
        RowColumn(title: "waits for", isLeft: true) { wait(of: $0.row) },
        RowColumn(title: "steps/s", width: 7) { pace(of: $0.row) },
        RowColumn(title: "epoch") { source in
            (source.row.interval?.epoch ?? source.row.epoch?.epoch).map { RowCell(text: "\($0)") }
        },
        number("KL", width: 8) { $0.interval?.meanDivergence.map(Text.number) },
        number("agrees", width: 6) { $0.interval?.meanAgreement.map(Text.percent) },
        number("ensemble", width: 6) { $0.epoch?.ensembleAccuracy.map(Text.percent) },
        number("rate", width: 6) { $0.interval?.rate.map(Text.number) },
    ]

    private static let sparklineWidth = 12

    private static func number(
        _ title: String, width: Int, _ text: @escaping @Sendable (LearnerRow) -> String?
    ) -> RowColumn {
        RowColumn(title: title, width: width) { text($0.row).map { RowCell(text: $0) } }
    }

    private static func step(of row: LearnerRow) -> String? {
        guard row.phase != .waiting else { return nil }
        return "\(row.steps.step)" + (row.steps.total.map { "/\($0)" } ?? "")
    }

    /// The task loss, with a sign of how it moved.
    private static func loss(of row: LearnerRow) -> RowCell? {
        guard let report = row.interval else { return nil }
        guard let loss = report.taskLoss else { return RowCell(text: "teaches", style: .faint) }
        guard let change = row.lossChange, change != 0, change.isFinite else {
            return RowCell(text: Text.number(loss) + " ")
        }
        return RowCell(
            text: Text.number(loss) + (change < 0 ? "▼" : "▲"),
            style: change < 0 ? .better : .worse)
    }

    /// What is left of the training, or how it ended.
    private static func left(of row: LearnerRow) -> RowCell {
        switch row.phase {
        case .waiting: RowCell(text: "waiting", style: .faint)
        case .training:
            RowCell(text: row.steps.secondsLeft.map(Text.duration) ?? "started")
        case .ended(let report) where report.exitCode == .success:
            RowCell(text: "done", style: .better)
        case .ended(let report): RowCell(text: "exit \(report.exitCode)", style: .worse)
        }
    }

    private static func gain(of source: Source) -> RowCell? {
        source.alone.flatMap { source.row.gain(over: $0) }.map {
            RowCell(text: Text.signed($0), style: $0 < 0 ? .worse : .better)
        }
    }

    /// `b 12.3 ms`: the part of a step that is spent waiting.
    private static func wait(of row: LearnerRow) -> RowCell? {
        guard row.phase == .training else { return nil }
        return row.interval?.longestWait.map {
            RowCell(text: "\($0.peer) \(Text.milliseconds($0.seconds)) ms")
        }
    }

    private static func pace(of row: LearnerRow) -> RowCell? {
        guard row.phase == .training, let seconds = row.interval?.stepSeconds, seconds > 0 else {
            return nil
        }
        return RowCell(text: Text.number(1 / seconds))
    }
}
