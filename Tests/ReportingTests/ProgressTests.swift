import Foundation
import Reporting
import Testing

/// What is shown of the progress of many learners, and how long it says that the rest takes.
@Suite(.timeLimit(.minutes(1)))
struct ProgressTests {
    private func record(
        _ body: Record.Body, of learner: String = "a", at seconds: Double
    ) -> Record {
        Record(
            time: Date(timeIntervalSince1970: seconds), run: "r", learner: learner, role: "student",
            body)
    }

    private func start(from step: Int = 0, of total: Int? = 600) -> Record.Body {
        .start(
            StartReport(
                model: "mlp", parameters: 1, threads: 1, weightsSHA256: "", step: step,
                totalSteps: total))
    }

    private func interval(to step: Int, of steps: Int = 10, taking seconds: Double) -> Record.Body {
        .interval(
            IntervalReport(
                step: step, steps: steps, epoch: 1, taskLoss: 1, rate: 1, stepSeconds: seconds))
    }

    private func epoch(_ number: Int, to step: Int) -> Record.Body {
        .epoch(
            EpochReport(
                epoch: number, step: step, trainAccuracy: 1, trainLoss: 0, testAccuracy: 1,
                testNLL: 0, seconds: 1))
    }

    private var end: Record.Body {
        .end(EndReport(step: 600, seconds: 1, testAccuracy: 1, weightsSHA256: ""))
    }

    // MARK: the time that is left

    @Test func thePaceSinceTheStartSaysWhatIsLeft() {
        var progress = StepProgress()
        #expect(progress.text == nil)
        // It waits a minute for the others to join.
        progress.add(record(start(), at: 0))
        #expect(progress.text == "0 of 600 steps")
        progress.add(record(interval(to: 10, taking: 0.5), at: 65))
        #expect(progress.text == "10 of 600 steps, 4:55 left")
        progress.add(record(epoch(1, to: 30), at: 95))
        // 30 steps in 35 seconds.
        #expect(abs((progress.secondsLeft ?? 0) - 570 * 35 / 30) < 1e-6)
        #expect(progress.text == "30 of 600 steps, 11:05 left")
        progress.add(record(interval(to: 600, taking: 1), at: 700))
        #expect(progress.text == "600 of 600 steps, 0:00 left")
    }

    @Test func stepsThatAnEarlierStartDidTookNoTime() {
        var progress = StepProgress()
        progress.add(record(start(from: 0), at: 0))
        progress.add(record(interval(to: 10, taking: 100), at: 1000))
        progress.add(record(start(from: 500), at: 2000))
        #expect(progress.text == "500 of 600 steps")
        progress.add(record(interval(to: 510, taking: 1), at: 2010))
        #expect(progress.text == "510 of 600 steps, 1:30 left")
    }

    @Test func withoutATotalNothingIsPromised() {
        var progress = StepProgress()
        progress.add(record(start(of: nil), at: 0))
        progress.add(record(interval(to: 10, taking: 1), at: 10))
        #expect(progress.text == nil && progress.secondsLeft == nil)
    }

    @Test(arguments: [
        (1, "0:01"), (0.2, "0:01"), (59.9, "1:00"), (3599, "59:59"), (3600, "1:00:00"),
        (90_061, "1 d 01:01:01"),
    ])
    func longDurationsAreReadable(seconds: Double, text: String) {
        var progress = StepProgress()
        progress.add(record(start(of: 2), at: 0))
        progress.add(record(interval(to: 1, of: 1, taking: seconds), at: seconds))
        #expect(progress.text == "1 of 2 steps, \(text) left")
    }

    // MARK: lines

    /// 36 epochs of three learners in six seconds.
    @Test func shortEpochsComeToOneLineASecondAndLearner() {
        var pace = ProgressPace()
        var shown: [(learner: String, time: Double, body: Record.Body)] = []
        func show(_ records: [Record], at time: Double) {
            shown += records.map { ($0.learner, time, $0.body) }
        }
        let names = ["a", "b", "c"]
        for name in names { show(pace.take(record(start(), of: name, at: 0), at: 0), at: 0) }
        for number in 1...36 {
            let time = Double(number) / 6
            show(pace.due(at: time), at: time)
            for name in names {
                show(
                    pace.take(record(epoch(number, to: number), of: name, at: 0), at: time),
                    at: time)
            }
        }
        for name in names { show(pace.take(record(end, of: name, at: 0), at: 6), at: 6) }
        for name in names {
            let lines = shown.filter { $0.learner == name }
            let epochs = lines.compactMap { line in
                if case .epoch(let report) = line.body { (report.epoch, line.time) } else { nil }
            }
            #expect(lines.first.map { $0.body == start() } == true)
            #expect(lines.last.map { $0.body == end } == true)
            #expect(epochs.first?.0 == 1 && epochs.last?.0 == 36)
            #expect(epochs.map(\.0) == epochs.map(\.0).sorted())
            // The last is shown with the end, however early.
            for (one, next) in zip(epochs.dropLast(), epochs.dropLast().dropFirst()) {
                #expect(next.1 - one.1 >= 1)
            }
            #expect((6...8).contains(epochs.count))
        }
    }

    @Test func whatIsHeldIsShownWhenItsSecondIsOver() {
        var pace = ProgressPace()
        #expect(pace.take(record(epoch(1, to: 1), at: 0), at: 0).count == 1)
        #expect(pace.take(record(epoch(2, to: 2), at: 0), at: 0.3).isEmpty)
        #expect(pace.take(record(epoch(3, to: 3), at: 0), at: 0.6).isEmpty)
        #expect(pace.due(at: 0.9).isEmpty)
        #expect(pace.due(at: 1).map(\.body) == [epoch(3, to: 3)])
        #expect(pace.due(at: 9).isEmpty)
        #expect(pace.take(record(epoch(4, to: 4), at: 0), at: 1.5).isEmpty)
        #expect(pace.due(at: 1.6, isLast: true).map(\.body) == [epoch(4, to: 4)])
    }

    @Test func aLongEpochIsNotSilent() {
        var pace = ProgressPace()
        _ = pace.take(record(start(), at: 0), at: 0)
        let times = stride(from: 1.0, through: 120, by: 1).filter { time in
            !pace.take(record(interval(to: 10, taking: 1), at: time), at: time).isEmpty
        }
        #expect(times == [30, 60, 90, 120])
    }

    @Test func warningsAreNeverHeld() {
        var pace = ProgressPace()
        for _ in 0..<5 {
            let notice = Record.Body.notice(Notice("waits for b", level: .warning))
            #expect(pace.take(record(notice, at: 0), at: 0).map(\.body) == [notice])
        }
    }
}
