import Analysis
import Charts
import Foundation
import Options
import Reporting
import Testing

/// The rows of a report, and its forms.
struct RunReportTests {
    /// Six intervals in which KL falls from 0.6 to 0.1.
    private var intervals: [IntervalReport] {
        (1...6).map { number in
            Histories.interval(
                number * 10, divergence: 0.7 - 0.1 * Double(number),
                agreement: 0.4 + 0.1 * Double(number), wait: 0.02, absences: number == 6 ? 3 : nil)
        }
    }

    private var report: RunReport {
        Histories.report(
            intervals, accuracy: 0.93, alone: 0.9,
            epochs: [
                Histories.epoch(1, 30, accuracy: 0.95), Histories.epoch(2, 60, accuracy: 0.93),
            ])
    }

    private func text(_ format: String, _ options: ReportOptions? = nil) throws -> String {
        let form = try #require(ReportFormats.all.first { $0.name == format })
        return form.text(report, try options ?? ReportOptions())
    }

    @Test func aLearnersRowHoldsItsGain() throws {
        let row = try #require(report.learner("a"))
        #expect(row.gain.map { abs($0 - 3) < 1e-9 } == true)
        #expect(row.bestAccuracy == 0.95 && row.bestEpoch == 1)
        #expect(row.waitShare.map { abs($0 - 0.2) < 1e-9 } == true)
        #expect(row.bytesIn == 6000 && row.bytesOut == 600)
        #expect(report.learner("b")?.gain == nil)
    }

    @Test func anEdgesRowSaysHowItBeganAndEnded() throws {
        let edge = try #require(report.edges.first)
        #expect(report.edges.count == 1 && edge.title == "b → a")
        #expect(edge.divergence.map { abs($0.first - 0.55) < 1e-9 } == true)
        #expect(edge.divergence.map { abs($0.last - 0.15) < 1e-9 } == true)
        #expect(edge.absences == 3 && edge.steps == 60 && edge.bytes == 6000)
        #expect(abs(edge.waitShare - 0.2) < 1e-9)
        let term = try #require(report.terms.first)
        #expect(term.teachers == ["b"])
        #expect(term.share.map { abs($0 - 1.0 / 3) < 1e-9 } == true)
    }

    @Test func thePageHoldsTablesAndConfiguration() throws {
        let page = try text("md")
        #expect(page.hasPrefix("# pair, run r\n"))
        #expect(page.contains("| a | student | mlp | 10 | 60 | 90.00% | 93.00% | +3.00 |"))
        #expect(
            page.contains("| b → a | 0.5500 | 0.1500 | 55.00% | 95.00% | 3 of 60 steps | 20.00%"))
        #expect(page.contains("```yaml\nname: pair\n```"))
        #expect(page.contains("The run ended well."))
    }

    @Test func theSeriesHoldEveryNumberOnce() throws {
        let rows = try text("csv").split(separator: "\r\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        #expect(rows.count { $0.contains("divergence") } == 6)
        #expect(
            rows.contains { $0.joined(separator: ",") == "a,taught,interval,60,1,absences,b,3.0" })
        #expect(
            rows.filter { $0.contains("test_accuracy") }.map { $0.joined(separator: ",") } == [
                "a,taught,epoch,30,1,test_accuracy,,0.95",
                "a,taught,epoch,60,2,test_accuracy,,0.93",
            ])
        let keys = rows.dropFirst().map { $0.dropLast().joined(separator: ",") }
        #expect(Set(keys).count == keys.count)
    }

    @Test func theDocumentHoldsAll() throws {
        let data = Data(try text("json").utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["seed"] as? Int == 7 && object["finished"] as? Bool == true)
        let series = (object["series"] as? [String: [String: [Any]]])?["a"]
        #expect(series?["intervals"]?.count == 6 && series?["epochs"]?.count == 2)
        #expect((object["findings"] as? [Any])?.isEmpty == false)
        let edge = (object["edges"] as? [[String: Any]])?.first
        #expect(edge?["from"] as? String == "b" && edge?["wait_share"] != nil)
        let rows = try #require(object["learners"] as? [[String: Any]])
        #expect(rows.map { $0["name"] as? String } == ["a", "b"])
        #expect((rows[0]["gain"] as? Double).map { abs($0 - 3) < 1e-9 } == true)
        #expect(rows[1]["gain"] == nil)
    }

    /// The document's keys are in one form; names of learners and terms are none of them.
    @Test func keysOfTheDocumentAreInSnakeCase() throws {
        func keys(_ value: Any) -> Set<String> {
            if let items = value as? [Any] {
                return items.reduce(into: []) { $0.formUnion(keys($1)) }
            }
            guard let members = value as? [String: Any] else { return [] }
            return members.values.reduce(into: Set(members.keys)) { $0.formUnion(keys($1)) }
        }
        let object = try JSONSerialization.jsonObject(with: Data(try text("json").utf8))
        let odd = keys(object).filter { $0.contains(/[A-Z]/) }
        #expect(odd.isEmpty, "\(odd)")
        let learners = (object as? [String: Any])?["learners"].map(keys) ?? []
        #expect(learners.isSuperset(of: ["alone_accuracy", "test_nll", "wait_share", "bytes_in"]))
    }

    /// As in `metrics.jsonl`.
    @Test func numbersThatAreNotFiniteAreNull() throws {
        var interval = Histories.interval(10)
        interval.taskLoss = .nan
        interval.divergence = ["b": .infinity]
        let form = try #require(ReportFormats.all.first { $0.name == "json" })
        let text = form.text(Histories.report([interval]), try ReportOptions())
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let series = (object["series"] as? [String: [String: [[String: Any]]]])?["a"]
        #expect(series?["intervals"]?.first?["task_loss"] is NSNull)
        let words = try #require(object["nonfinite"] as? [String: String])
        #expect(words["series.a.intervals.0.task_loss"] == "nan")
        #expect(words["series.a.intervals.0.divergence.b"] == "inf")
    }

    /// CommonMark: a fence ends at one that is as long, so that it must be longer than any in the
    /// text.
    @Test func aFenceIsLongerThanThoseInTheConfiguration() throws {
        let configuration = "name: pair\n# ````\n\n\n\ndescription: ```x```\n"
        let report = RunReport(
            RunHistory(configuration: configuration, learners: [LearnerHistory("a", [])]))
        let form = try #require(ReportFormats.all.first { $0.name == "md" })
        let page = form.text(report, try ReportOptions())
        #expect(page.hasSuffix("\n\n`````yaml\n\(configuration)`````\n"))
        #expect(try text("md").hasSuffix("\n\n```yaml\nname: pair\n```\n"))
    }

    /// A blank line between blocks, and no more.
    @Test func blocksAreABlankLineApart() throws {
        let lines = try text("md").split(separator: "\n", omittingEmptySubsequences: false)
        for (line, next) in zip(lines, lines.dropFirst()) {
            #expect(!(line.isEmpty && next.isEmpty))
            #expect(!next.hasPrefix("#") || line.isEmpty)
            if line.hasPrefix("#") { #expect(next.isEmpty) }
        }
    }

    /// Sums over names do not depend on the order in which a dictionary holds them: two that
    /// are filled from both ends have the same sum.
    @Test func sumsAreInTheOrderOfNames() throws {
        let parts = (0..<60).map { number -> (String, Double) in
            let size = pow(3, Double(number % 7)) / Double(number + 3)
            return ("b\(number + 10)", number.isMultiple(of: 2) ? size : -0.7 * size)
        }
        let wanted = parts.map(\.1).reduce(0, +)
        let sizes = parts.map(\.1).map(abs).reduce(0, +)
        for order in [parts, parts.reversed()] {
            var values: [String: Double] = [:]
            for (name, value) in order { values[name] = value }
            #expect(values.sum == wanted)
            var interval = Histories.interval(10, term: nil)
            interval.steps = 1
            interval.waitSeconds = values
            interval.terms = values.mapValues { TermReport(value: $0, weight: 1, open: 1) }
            interval.totalLoss = 3
            let report = Histories.report([interval])
            let all = abs(3 - wanted) + sizes
            #expect(report.terms.map(\.share) == parts.map { abs($0.1) / all })
            #expect(report.learner("a")?.waitShare == wanted / 0.1)
            let waits = try #require(ReportFigures.all.first { $0.name == "waits" })
            let chart = waits.chart(of: report, try ReportOptions()) as? LineChart
            let points = chart?.series.first?.points
            #expect(points?.first?.y == wanted / 0.1)
            let outcomes = values.mapValues { [$0] }
            let groups = ["x", "y"].map { Outcomes.group($0, taught: outcomes) }
            let curves = try #require(try RunComparison(groups).curves as? LineChart)
            #expect(curves.series.first?.points.first?.y == wanted / 60)
        }
    }

    /// What votes themselves tell of ε stays with their owner.
    @Test func privateNumbersAreInNoForm() throws {
        let spent = PrivacyReport(
            epsilon: 2, delta: 1e-5, limit: 8, queries: 10, answers: 9, privateEpsilonByVotes: 0.777
        )
        let secret = Histories.report([
            Histories.interval(
                10, term: TermReport(value: 0.5, weight: 1, open: 1, privacy: spent))
        ])
        for format in ReportFormats.all {
            let text = format.text(secret, try ReportOptions())
            #expect(!text.contains("0.777"), "\(format.name)")
        }
    }

    @Test func figuresAreThoseThatAreNamed() throws {
        let all = try text("svg")
        #expect(all.contains("KL(teacher ‖ learner), nats") && all.contains("test accuracy"))
        let one = try text("svg", try ReportOptions(figures: ["divergence"], isLogarithmic: true))
        #expect(one.contains("KL(teacher ‖ learner), nats") && !one.contains("test accuracy"))
        #expect(one.contains(#"data-series="b → a""#))
        #expect(throws: SettingError.self) { try ReportOptions(figures: ["divergense"]) }
    }

    @Test func anUnfinishedRunSaysSo() throws {
        let open = Histories.report(intervals, alone: 0.9, isFinished: false)
        #expect(!open.isFinished)
        #expect(open.state.contains("a at step 60 of 60"))
        #expect(open.learner("a")?.gain == nil)
        for format in ReportFormats.all where format.name != "csv" {
            let text = format.text(open, try ReportOptions())
            #expect(text.contains("The run was stopped, or failed"), "\(format.name)")
        }
    }

    /// What is said of a run is of the moment in which it was read.
    @Test func aRunThatGoesOnIsNotCalledStopped() {
        func report(_ state: RunState) -> RunReport {
            let learner = Histories.learner("a", intervals, isFinished: false)
            return RunReport(RunHistory(state: state, learners: [learner]))
        }
        #expect(report(.running).state == "The run goes on: a at step 60 of 60.")
        #expect(report(.interrupted).state.hasPrefix("The run was stopped, or failed: a at"))
        #expect(report(.elsewhere(host: "h")).state.contains("its processes were on h"))
    }

    /// Everything also of a run that has only begun.
    @Test func aRunWithoutRecordsHasEveryForm() throws {
        let empty = RunReport(
            RunHistory(
                run: RunDirectory(path: "x"), configuration: "", summary: nil,
                learners: [LearnerHistory("a", [])], alone: []))
        let texts = try Dictionary(
            uniqueKeysWithValues: ReportFormats.all.map {
                ($0.name, $0.text(empty, try ReportOptions()))
            })
        #expect(Set(texts.keys) == ["md", "csv", "json", "svg"])
        #expect(texts["md"]?.contains("| a | - | - | - | 0 | - | - | - |") == true)
        #expect(texts["csv"] == "learner,training,kind,step,epoch,quantity,of,value\r\n")
        let object = try JSONSerialization.jsonObject(with: Data((texts["json"] ?? "").utf8))
        let learners = (object as? [String: Any])?["learners"] as? [[String: Any]]
        #expect(learners?.map { $0["name"] as? String } == ["a"])
        let drawing = texts["svg"] ?? ""
        #expect(drawing.contains("no values to show"))
        #expect(drawing.contains(#"width="720""#) && !drawing.contains(#"height="0""#))
    }

    @Test(arguments: [
        ("dml<b,c", ["b", "c"]), ("kd<t:layer3+fc~strong#2", ["t"]), ("odd", []),
        ("kd<l1...l16(16)", []),
    ])
    func aTermsNameHoldsItsTeachers(name: String, teachers: [String]) {
        var interval = Histories.interval(10, divergence: nil)
        interval.terms = [name: TermReport(value: 1, weight: 1, open: 1)]
        #expect(Histories.report([interval]).terms.map(\.teachers) == [teachers])
        #expect(Histories.report([interval]).edges.map(\.from) == teachers)
    }

    /// Columns of gradients are there where gradients were compared, and only there.
    @Test func gradientsHaveColumnsWhereTheyWereCompared() throws {
        var pulling = TermReport(value: 0.5, weight: 1, open: 1)
        pulling.gradient = GradientReport(norm: 2, share: 0.25, cosine: -0.5)
        var interval = Histories.interval(10, term: pulling)
        interval.taskGradient = 6
        let report = Histories.report([interval, Histories.interval(20)])
        func text(_ name: String, _ report: RunReport) throws -> String {
            try #require(ReportFormats.all.first { $0.name == name })
                .text(report, ReportOptions())
        }
        let page = try text("md", report)
        #expect(page.contains("| gradient | share of gradients | cosine to the task |"))
        #expect(page.contains("| 2.000 | 25.00% | -0.50 |"))
        #expect(try !text("md", self.report).contains("share of gradients"))
        let rows = try text("csv", report)
        #expect(rows.contains("a,taught,interval,10,1,task_gradient,,6.0\r\n"))
        #expect(rows.contains("a,taught,interval,10,1,term_gradient_cosine,kd<b,-0.5\r\n"))
        #expect(!rows.contains("interval,20,1,term_gradient"))
        let term = try #require(report.terms.first)
        #expect(term.gradient?.opposed == 1 && term.gradient?.share == 0.25)
    }
}
