import Foundation
import Reporting
import Testing

/// The files of the sink `csv`, and what is left of repeated steps there and in `metrics.jsonl`.
@Suite(.timeLimit(.minutes(1))) struct CSVSinkTests {
    private let folder: TemporaryFolder
    private let learner: LearnerDirectory

    init() throws {
        folder = try TemporaryFolder()
        learner = RunDirectory(path: folder.path).learner("a")
        try learner.create()
    }

    private func write(_ reports: [Record.Body], by sink: String) throws {
        let place = SinkPlace(
            run: RunDirectory(path: folder.path), learner: "a", learners: ["a", "b"])
        var sinks = try SinkRegistry.make([sink], at: place)
        for report in reports { try sinks[0].write(Sample.record(report)) }
    }

    private func start(_ step: Int = 0) -> Record.Body {
        .start(
            StartReport(model: "mlp", parameters: 1, threads: 1, weightsSHA256: "", step: step))
    }

    private func interval(_ step: Int, _ loss: Double = 1) -> Record.Body {
        .interval(
            IntervalReport(
                step: step, steps: 10, epoch: 1, taskLoss: loss, rate: nil, stepSeconds: 0.5))
    }

    private func epoch(_ step: Int) -> Record.Body {
        var report = Sample.epoch
        report.step = step
        return .epoch(report)
    }

    @Test func namesWithCommasAreQuoted() throws {
        var report = IntervalReport(
            step: 10, steps: 10, epoch: 2, taskLoss: nil, rate: 1e-5, stepSeconds: 0.5)
        report.terms = ["kd<b,\"c\"": TermReport(value: 1, weight: .infinity, open: .nan)]
        try write([start(), .interval(report)], by: "csv")
        let header =
            "ts,step,epoch,rate,step_seconds,steps,\"terms.kd<b,\"\"c\"\".open\""
            + ",\"terms.kd<b,\"\"c\"\".value\",\"terms.kd<b,\"\"c\"\".weight\""
        let row = "1000.25,10,2,1e-05,0.5,10,nan,1,inf"
        #expect(try folder.text(learner.intervals) == "\(header)\r\n\(row)\r\n")
    }

    /// The columns that are there keep their places, also from one start to the next.
    @Test func aNewColumnStandsBehindTheOthers() throws {
        var late = IntervalReport(
            step: 20, steps: 10, epoch: 1, taskLoss: 1, rate: nil, stepSeconds: 0.5)
        late.absences = ["b,c": 3]
        try write([start(), interval(10), .interval(late)], by: "csv")
        try write([start(20), interval(30)], by: "csv")
        let rows = CSVFile.rows(try folder.text(learner.intervals))
        #expect(
            rows[0] == [
                "ts", "step", "epoch", "step_seconds", "steps", "task_loss", "absences.b,c",
            ]
        )
        #expect(rows.dropFirst().map(\.last) == ["", "3", ""])
        #expect(rows.allSatisfy { $0.count == rows[0].count })
    }

    /// After a crash the steps since the checkpoint are reported again.
    @Test(arguments: [("csv", "x,25"), ("metrics", #"{"kind":"interv"#)])
    func noStepStandsTwice(_ sink: String, torn: String) throws {
        try write(
            [start(), interval(10), interval(20, 2), epoch(20), interval(30), epoch(30)], by: sink)
        let file = sink == "csv" ? learner.intervals : learner.metrics
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(torn.utf8))
        try write([start(20), interval(30, 3), interval(40), epoch(40)], by: sink)
        if sink == "csv" {
            let intervals = CSVFile.rows(try folder.text(learner.intervals))
            #expect(intervals.map { $0[1] } == ["step", "10", "20", "30", "40"])
            #expect(intervals.map { $0[5] } == ["task_loss", "1", "2", "3", "1"])
            let epochs = CSVFile.rows(try folder.text(learner.epochs))
            #expect(epochs.map { $0[1] } == ["step", "20", "40"])
        } else {
            let read = try JSONLines.read(path: file)
            #expect(read.unreadable.isEmpty)
            #expect(
                read.records.map(\.body) == [
                    start(), interval(10), interval(20, 2), epoch(20), start(20), interval(30, 3),
                    interval(40), epoch(40),
                ])
        }
    }

    /// What an interval reports of the steps before the checkpoint is not reported again.
    @Test func theStepsBeforeACheckpointStayOfAnInterval() throws {
        var whole = IntervalReport(
            step: 20, steps: 10, epoch: 1, taskLoss: 2, rate: nil, stepSeconds: 0.5)
        whole.bytesFrom = ["b": 1000]
        var part = whole
        (part.step, part.steps, part.bytesFrom) = (16, 6, ["b": 600])
        for sink in ["metrics", "csv"] {
            try write([start(), interval(10), .interval(whole), interval(30)], by: sink)
        }
        // The sink `metrics` is always the first to take a record.
        for sink in ["metrics", "csv"] { try write([start(16), interval(26)], by: sink) }
        let bodies = try JSONLines.read(path: learner.metrics).records.map(\.body)
        #expect(bodies == [start(), interval(10), .interval(part), start(16), interval(26)])
        let rows = CSVFile.rows(try folder.text(learner.intervals))
        #expect(rows.map { $0[1] } == ["step", "10", "16", "26"])
        #expect(rows.map { $0[4] } == ["steps", "10", "6", "10"])
        #expect(rows.map { $0[6] } == ["bytes_from.b", "", "600", ""])
    }

    /// Also where that interval was the first.
    @Test func theStepsBeforeACheckpointStayOfTheFirstInterval() throws {
        for sink in ["metrics", "csv"] { try write([start(), interval(10)], by: sink) }
        for sink in ["metrics", "csv"] { try write([start(6), interval(16)], by: sink) }
        let rows = CSVFile.rows(try folder.text(learner.intervals))
        #expect(rows.map { $0[1] } == ["step", "6", "16"])
        #expect(rows.map { $0[4] } == ["steps", "6", "10"])
    }

    /// A learner that was killed ahead of its first checkpoint begins again; what it was told of
    /// stays.
    @Test func noticesOfAnEarlierStartStay() throws {
        let notice = Record.Body.notice(Notice("late", step: 9))
        try write([start(), interval(10), notice, epoch(10)], by: "metrics")
        try write([start(), interval(10)], by: "metrics")
        let bodies = try JSONLines.read(path: learner.metrics).records.map(\.body)
        #expect(bodies == [start(), notice, start(), interval(10)])
    }
}
