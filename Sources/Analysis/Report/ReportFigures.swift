import Charts
import Reporting

/// The charts of a report. A new one is a line here.
public enum ReportFigures {
    /// In the order in which they are drawn.
    public static let all: [ReportFigure] = [
        ReportFigure(
            name: "accuracy", title: "test accuracy", labels: .percent, isPositive: false,
            series: accuracy),
        ReportFigure(
            name: "nll", title: "test NLL, nats", labels: .plain, isPositive: true,
            series: { both($0) { $0.epochs.map { Point(Double($0.step), $0.testNLL) } } }),
        ReportFigure(
            name: "loss", title: "task loss, nats", labels: .plain, isPositive: true,
            series: { both($0) { $0.points(\.taskLoss) } }),
        ReportFigure(
            name: "divergence", title: "KL(teacher ‖ learner), nats", labels: .plain,
            isPositive: true, series: { edges($0) { $0.divergence[$1] } }),
        ReportFigure(
            name: "agreement", title: "agreement with teachers", labels: .percent,
            isPositive: false, series: { edges($0) { $0.agreement[$1] } }),
        ReportFigure(
            name: "terms", title: "share of each term in the loss", labels: .percent,
            isPositive: false, series: terms),
        ReportFigure(
            name: "waits", title: "part of a step spent waiting", labels: .percent,
            isPositive: false, series: waits),
        ReportFigure(
            name: "ece", title: "expected calibration error", labels: .percent, isPositive: true,
            series: { scores($0, \.ece) }),
        ReportFigure(
            name: "f1", title: "test F1, mean over classes", labels: .percent, isPositive: false,
            series: { scores($0, \.f1) }),
        .reliability, .confusion,
    ]

    /// Every learner taught, alone by dashes of the same colour, and the ensemble.
    private static func accuracy(_ report: RunReport) -> [Series] {
        let longest = report.history.learners.max { $0.epochs.count < $1.epochs.count }
        let ensemble = (longest?.epochs ?? []).compactMap { epoch in
            epoch.ensembleAccuracy.map { Point(Double(epoch.step), $0) }
        }
        let learners = both(report) { $0.epochs.map { Point(Double($0.step), $0.testAccuracy) } }
        let stroke = Stroke(colour: report.history.learners.count, dash: 4)
        return learners
            + (ensemble.isEmpty ? [] : [Series("ensemble", ensemble, stroke: stroke)])
    }

    /// A score of every test.
    private static func scores(
        _ report: RunReport, _ value: (ClassScores) -> Double
    ) -> [Series] {
        both(report) { learner in
            learner.epochs.compactMap { epoch in
                epoch.scores.map { Point(Double(epoch.step), value($0)) }
            }
        }
    }

    /// Every learner taught, and alone by dashes of the same colour.
    static func both(
        _ report: RunReport, _ points: (LearnerHistory) -> [Point]
    ) -> [Series] {
        let isCompared = !report.history.alone.isEmpty
        return report.history.learners.enumerated().flatMap { index, learner -> [Series] in
            let stroke = isCompared ? Stroke(colour: index, dash: 0) : Stroke(number: index)
            let own = Series(learner.name, points(learner), stroke: stroke)
            let alone = report.history.alone(learner.name).map {
                Series("\(learner.name) alone", points($0), stroke: Stroke(colour: index, dash: 6))
            }
            return [own, alone].compactMap(\.self).filter { !$0.points.isEmpty }
        }
    }

    /// So many edges have curves of their own; of more, each learner has the mean over its
    /// teachers.
    private static let mostEdges = 24

    private static func edges(
        _ report: RunReport, _ value: @escaping (IntervalReport, String) -> Double?
    ) -> [Series] {
        let curves = report.history.learners.map { learner in
            let teachers = report.edges(to: learner.name).map(\.from)
            return teachers.map { teacher in
                Series("\(teacher) → \(learner.name)", learner.points { value($0, teacher) })
            }.filter { !$0.points.isEmpty }
        }
        let all = curves.flatMap(\.self)
        guard all.count > mostEdges else { return all }
        return zip(report.history.learners, curves).compactMap { learner, edges in
            guard !edges.isEmpty else { return nil }
            let teachers = report.edges(to: learner.name).map(\.from)
            return Series(
                "mean → \(learner.name)",
                learner.points { interval in
                    let found = teachers.compactMap { value(interval, $0) }
                    return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
                })
        }
    }

    private static func terms(_ report: RunReport) -> [Series] {
        report.terms.compactMap { term in
            report.history.learner(term.learner).map { learner in
                Series(
                    "\(term.name) of \(term.learner)", learner.points { $0.share(of: term.name) })
            }
        }.filter { !$0.points.isEmpty }
    }

    private static func waits(_ report: RunReport) -> [Series] {
        report.history.learners.map { learner in
            Series(
                learner.name,
                learner.points { interval in
                    guard interval.stepSeconds > 0 else { return nil }
                    return interval.waitSeconds.sum / interval.stepSeconds
                })
        }.filter { !$0.points.isEmpty }
    }
}

extension LearnerHistory {
    /// A value of each interval that has it, over the interval's last step.
    fileprivate func points(_ value: (IntervalReport) -> Double?) -> [Point] {
        intervals.compactMap { interval in
            value(interval).map { Point(Double(interval.step), $0) }
        }
    }
}
