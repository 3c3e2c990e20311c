import Charts
import Reporting

extension ReportFigure {
    /// A reliability diagram of the last test: how often answers of a confidence are right.
    static let reliability = ReportFigure(
        "reliability", title: "accuracy by confidence, after the last step"
    ) { report, _ in
        let learners = ReportFigures.both(report) { learner in
            (learner.epochs.last?.scores?.calibration ?? []).map {
                Point($0.confidence, $0.accuracy)
            }
        }
        guard !learners.isEmpty else { return nil }
        let ideal = Series(
            "calibrated", [Point(0, 0), Point(1, 1)],
            stroke: Stroke(colour: Palette.light.count - 1, dash: 2))
        return LineChart(
            "accuracy by confidence, after the last step",
            x: Axis("confidence", labels: .percent, range: 0...1),
            y: Axis("accuracy", labels: .percent, range: 0...1), series: learners + [ideal])
    }

    /// The confusion matrix of each learner at the last test.
    static let confusion = ReportFigure(
        "confusion", title: "samples by class and answer, after the last step"
    ) { report, _ in
        let matrices = report.history.learners.compactMap { learner in
            learner.epochs.last?.scores?.confusion.flatMap { matrix(of: learner.name, $0) }
        }
        guard !matrices.isEmpty else { return nil }
        return ChartSheet(
            "samples by class and answer, after the last step",
            summary: "A row for each class, a column for each answer.", matrices)
    }

    /// Nil for a damaged record, whose rows are of different lengths.
    private static func matrix(of learner: String, _ counts: [[Int]]) -> MatrixChart? {
        guard counts.allSatisfy({ $0.count == counts.count }) else { return nil }
        let names = counts.indices.map(String.init)
        return MatrixChart(
            "\(learner): samples by class and answer",
            summary: "How often \(learner) named samples of each class each class. "
                + (MostConfused(counts, count: 3).text.map { "Most often mistaken: \($0)." } ?? ""),
            titles: ("class", "answer"), names: (names, names),
            cells: counts.enumerated().map { label, row in
                let all = row.reduce(0, +)
                return row.enumerated().map { answer, count in
                    MatrixChart.Cell(
                        shade: all > 0 ? Double(count) / Double(all) : 0,
                        text: count > 0 ? "\(count)" : "",
                        note: "\(count) of \(all) samples of class \(label) were named \(answer)")
                }
            })
    }
}

/// The classes that were most often taken for others.
struct MostConfused {
    private let pairs: [(label: Int, answer: Int, samples: Int)]

    /// - Parameter counts: samples by class, each a row, and answer.
    init(_ counts: [[Int]], count: Int) {
        let all = counts.enumerated().flatMap { label, row in
            row.enumerated().compactMap { answer, samples in
                label != answer && samples > 0 ? (label, answer, samples) : nil
            }
        }
        // Of equals the first.
        pairs = Array(
            all.enumerated().sorted { ($1.element.2, $0.offset) < ($0.element.2, $1.offset) }
                .map(\.element).prefix(count))
    }

    /// `8 as 1 (9), 3 as 5 (4)`; nil where no sample was mistaken.
    var text: String? {
        pairs.isEmpty
            ? nil
            : pairs.map { "\($0.label) as \($0.answer) (\($0.samples))" }.joined(separator: ", ")
    }
}
