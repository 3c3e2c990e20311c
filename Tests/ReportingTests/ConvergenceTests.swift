import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConvergenceTests {
    private func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    @Test func aLineSaysWhoseLossMovedAndHow() {
        var log = ConvergenceRenderer(learners: ["a", "b", "c"])
        let first = log.lines(for: Sample.record(.interval(Sample.interval)))
        var later = Sample.interval
        later.taskLoss = 1.134
        later.totalLoss = 1.591
        let other = log.lines(for: Sample.record(.interval(later), learner: "b"))
        let second = log.lines(for: Sample.record(.interval(later)))
        #expect(first.count == 2)
        #expect(
            words(second[0]) == [
                "1970-01-01T00:16:40Z", "120", "7", "a", "1.134", "▼0.1000", "1.591", "-", "0.3456",
                "0.5678", "-",
                "67.89%", "78.90%", "0.0891", "35.7", "13.9", "c", "81.5", "40.7",
            ])
        #expect(words(other[0])[5] == "-")
        later.taskLoss = 2
        #expect(words(log.lines(for: Sample.record(.interval(later)))[0])[5] == "▲0.8660")
    }

    @Test func columnsStandUnderTheirTitles() {
        var log = ConvergenceRenderer(learners: ["a", "b", "a-long-name"])
        let lines = log.lines(for: Sample.record(.interval(Sample.interval)))
        #expect(lines[0].count == lines[1].count)
        let titles = words(
            lines[0].replacing("ms wait", with: "ms-wait").replacing("KB ", with: "KB-"))
        #expect(titles.count == words(lines[1]).count)
        #expect(titles.contains("KL(a-long-name)"))
    }

    /// A line of a thousand learners is no longer than one of nine.
    @Test(arguments: [9, 1000]) func ofManyLearnersAllThatAreHeardHaveOneColumn(count: Int) {
        var log = ConvergenceRenderer(learners: (1...count).map { "l\($0 % 10)" })
        let lines = log.lines(for: Sample.record(.interval(Sample.interval)))
        #expect(lines.allSatisfy { $0.count == 152 })
        #expect(words(lines[1])[7...8] == ["0.4567", "73.39%"])
        var relayed = Sample.interval
        relayed.divergence = ["mean of \(count - 1)": 0.25]
        #expect(words(log.lines(for: Sample.record(.interval(relayed)))[0])[7] == "0.2500")
        var epoch = Sample.epoch
        epoch.ensembleMembers = (1...count).map { "l\($0)" }
        let line = log.lines(for: Sample.record(.epoch(epoch)))[0]
        #expect(line.hasSuffix("ensemble 89.75% of \(count)"))
    }

    @Test func theHeaderComesBack() {
        var log = ConvergenceRenderer(learners: ["a", "b", "c"])
        let lines = (0..<100).flatMap { _ in
            log.lines(for: Sample.record(.interval(Sample.interval)))
        }
        let headers = lines.indices.filter { lines[$0].contains("KL(b)") }
        #expect(headers == [0, 41, 82])
    }

    @Test func anEpochNamesTheEnsemble() {
        var log = ConvergenceRenderer(learners: ["a", "b", "c"])
        let line = log.lines(for: Sample.record(.epoch(Sample.epoch)))[1]
        #expect(
            line.hasPrefix("1970-01-01T00:16:40Z  = epoch 7  a")
                && line.hasSuffix(
                    "train 97.53%  test 86.42%  train loss 0.2468  test NLL 0.4321"
                        + "  ensemble 89.75% of a+b+c")
        )
    }

    @Test func aLossThatIsNoNumberIsSaid() {
        var log = ConvergenceRenderer(learners: ["a", "b"])
        var report = Sample.interval
        report.taskLoss = Double.nan
        #expect(words(log.lines(for: Sample.record(.interval(report)))[1])[4] == "nan")
    }
}
