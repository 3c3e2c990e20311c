import Analysis
import Charts
import Foundation
import Options
import Reporting
import Testing

/// What reports, comparisons and explanations make of the scores of classes.
struct ScoreReportTests {
    /// Scores of two classes, of which eight of ten answers are right.
    private static func scores(ece: Double, confidence: Double = 0.9) -> ClassScores {
        ClassScores(
            ece: ece, f1: 0.75, top: ["5": 0.99], classAccuracies: [0.9, 0.7, nil],
            calibration: [
                CalibrationBin(confidence: confidence - 0.1, accuracy: 0.7, share: 0.5),
                CalibrationBin(confidence: confidence + 0.1, accuracy: 0.9, share: 0.5),
            ], confusion: [[9, 1, 0], [2, 7, 1], [0, 0, 0]])
    }

    private static func epochs(_ scores: ClassScores?) -> [EpochReport] {
        [1, 2].map { number in
            var epoch = Histories.epoch(number, number * 30, accuracy: 0.8)
            epoch.scores = scores
            return epoch
        }
    }

    private static func report(
        _ ece: Double?, alone: Double? = nil, confidence: Double = 0.9, isFinished: Bool = true
    ) -> RunReport {
        Histories.report(
            [Histories.interval(30)], accuracy: 0.8, alone: alone == nil ? nil : 0.8,
            epochs: epochs(ece.map { scores(ece: $0, confidence: confidence) }),
            aloneEpochs: epochs(alone.map { scores(ece: $0) }), isFinished: isFinished)
    }

    private static func text(
        _ format: String, _ report: RunReport, figures: [String] = []
    ) throws -> String {
        let form = try #require(ReportFormats.all.first { $0.name == format })
        return try form.text(report, try ReportOptions(figures: figures))
    }

    private static func findings(_ report: RunReport) -> [Finding] {
        Explanation(report).findings.filter { $0.rule == "calibration" }
    }

    @Test func thePageHasTheirTables() throws {
        let page = try Self.text("md", Self.report(0.03, alone: 0.04))
        #expect(page.contains("## Scores"))
        #expect(
            page.contains(
                "| a | 4.00% | 3.00% | 75.00% | 75.00% | 99.00% | 99.00% |"
                    + " 1 as 0 (2), 0 as 1 (1), 1 as 2 (1) |"))
        #expect(page.contains("| class | a alone | a |"))
        #expect(page.contains("| 1 | 70.00% | 70.00% |\n| 2 | - | - |"))
        #expect(try !Self.text("md", Self.report(nil)).contains("## Scores"))
    }

    @Test func theSeriesHaveThem() throws {
        let rows = try Self.text("csv", Self.report(0.03)).components(separatedBy: "\r\n")
        for row in [
            "a,taught,epoch,30,1,ece,,0.03", "a,taught,epoch,60,2,f1,,0.75",
            "a,taught,epoch,60,2,top_accuracy,5,0.99", "a,taught,epoch,60,2,class_accuracy,1,0.7",
        ] { #expect(rows.contains(row), "\(row)") }
        #expect(!rows.contains { $0.contains("class_accuracy,2,") })
    }

    @Test func theDocumentHasThem() throws {
        let text = try Self.text("json", Self.report(0.03, alone: 0.04))
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let learner = (object?["learners"] as? [[String: Any]])?.first
        let scores = learner?["scores"] as? [String: Any]
        #expect(scores?["ece"] as? Double == 0.03)
        #expect((scores?["confusion"] as? [[Int]])?.first == [9, 1, 0])
        #expect((learner?["alone_scores"] as? [String: Any])?["ece"] as? Double == 0.04)
    }

    @Test func theFiguresShowThem() throws {
        let report = Self.report(0.03, alone: 0.04)
        let options = try ReportOptions()
        let figure = try #require(ReportFigures.all.first { $0.name == "reliability" })
        let chart = try #require(figure.chart(of: report, options) as? LineChart)
        #expect(chart.series.map(\.name) == ["a", "a alone", "calibrated"])
        #expect(chart.series[0].points == [Point(0.8, 0.7), Point(1, 0.9)])
        let errors = try #require(ReportFigures.all.first { $0.name == "ece" })
        let curves = try #require(errors.chart(of: report, options) as? LineChart)
        #expect(curves.series.first?.points == [Point(30, 0.03), Point(60, 0.03)])
        let matrix = try Self.text("svg", report, figures: ["confusion"])
        #expect(matrix.contains("2 of 10 samples of class 1 were named 0"))
    }

    /// A damaged record is no reason to end.
    @Test func aTableWithALineTooShortIsNotDrawn() throws {
        var damaged = Self.scores(ece: 0.03)
        damaged.confusion = [[9, 1, 0], [2]]
        let learner = Histories.learner(
            "a",
            [Histories.interval(60)], epochs: Self.epochs(damaged))
        let report = RunReport(RunHistory(learners: [learner]))
        let figures = try Self.text("svg", report, figures: ["confusion"])
        #expect(figures.contains("no values to show"))
    }

    @Test(arguments: ["ece", "f1", "reliability", "confusion"])
    func withoutThemTheFiguresSayNothing(_ name: String) throws {
        let all = try Self.text("svg", Self.report(nil))
        let figure = try #require(ReportFigures.all.first { $0.name == name })
        let chart = figure.chart(of: Self.report(nil), try ReportOptions())
        #expect(!all.contains(chart.title))
        #expect(
            try Self.text("svg", Self.report(nil), figures: [name]).contains("no values to show"))
    }

    @Test func runsAreComparedByThem() throws {
        func group(_ eces: [Double]) -> RunComparison.Group {
            var group = Outcomes.group(taught: ["a": eces.map { _ in 0.8 }])
            for (place, ece) in eces.enumerated() {
                let last = (group.runs[place].taught["a"]?.epochs.count ?? 0) - 1
                group.runs[place].taught["a"]?.epochs[last].scores = Self.scores(ece: ece)
            }
            return group
        }
        let chosen = try RunComparison([group([0.02, 0.04])], figures: ["ece", "f1", "top.5"])
        #expect(chosen.figures.map(\.figure.name) == ["ece", "f1", "top.5"])
        #expect(chosen.figures.first?.tables[0].rows[0].taught?.values == [0.02, 0.04])
        let without = Outcomes.group(taught: ["a": [0.8, 0.9]])
        let usual = try RunComparison([without], figures: ["all"]).figures.map(\.figure.name)
        #expect(!usual.contains("ece"))
    }

    @Test func aChangeOfCalibrationIsNamed() throws {
        let better = try #require(Self.findings(Self.report(0.03, alone: 0.06)).first)
        #expect(better.kind == .helped && better.subject == "a")
        #expect(better.text.contains("by 3.00 points: ECE 6.00% alone, 3.00% taught"))
        let worse = try #require(Self.findings(Self.report(0.06, alone: 0.03)).first)
        #expect(worse.kind == .hurt)
        #expect(worse.text.contains("it is overconfident"))
        #expect(worse.text.contains("mean probability of 90.00%, and 80.00% are right"))
        #expect(worse.advice?.contains("training.smoothing") == true)
        #expect(Self.findings(Self.report(0.03, alone: 0.049)).isEmpty)
    }

    @Test func badCalibrationIsNamed() throws {
        let high = try #require(Self.findings(Self.report(0.1)).first)
        #expect(high.kind == .note && high.text.contains("(ECE 10.00%): it is overconfident"))
        let low = try #require(Self.findings(Self.report(0.1, confidence: 0.6)).first)
        #expect(low.text.contains("it is underconfident"))
        #expect(low.advice?.contains("underconfidence") == true)
        #expect(
            Self.findings(Self.report(0.049)).isEmpty && Self.findings(Self.report(nil)).isEmpty)
        #expect(Self.findings(Self.report(0.1, isFinished: false)).isEmpty)
    }
}
