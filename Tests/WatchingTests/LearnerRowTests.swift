import Reporting
import Testing

@testable import Watching

/// What a row knows of its learner.
@Suite struct LearnerRowTests {
    private func row(_ records: Record...) -> LearnerRow {
        var row = LearnerRow()
        for record in records { row.add(record, at: 0) }
        return row
    }

    @Test func theGainIsThatOfTheLastStepThatBothWereTestedAt() throws {
        let taught = row(
            .epoch(to: 10, test: 0.5), .epoch(to: 20, test: 0.7), .epoch(to: 30, test: 1))
        let alone = row(.epoch(to: 10, test: 0.25), .epoch(to: 20, test: 0.6))
        #expect(abs(try #require(taught.gain(over: alone)) - 10) < 1e-9)
        #expect(taught.gain(over: row(.epoch(to: 15, test: 0.6))) == nil)
    }

    @Test func inTheEndTheGainIsThatOfTheFinalWeights() throws {
        let taught = row(.epoch(to: 20, test: 0.7), .end(test: 0.75))
        let alone = row(.epoch(to: 20, test: 0.6), .end(test: 0.5))
        #expect(taught.gain(over: alone) == 25)
        let going = row(.epoch(to: 20, test: 0.6))
        #expect(abs(try #require(taught.gain(over: going)) - 10) < 1e-9)
    }

    @Test func stepsThatAreRepeatedAreForgotten() {
        let resumed = row(
            .start(), .interval(to: 10, loss: 3), .epoch(to: 10, test: 0.4),
            .interval(to: 20, loss: 2),
            .epoch(to: 20, test: 0.5), .end(), .start(after: 10))
        #expect(resumed.trend.values == [3])
        #expect(resumed.accuracies == [10: 0.4])
        #expect(resumed.interval == nil)
        #expect(resumed.phase == .training)
        #expect(resumed.lossChange == nil)
    }

    @Test func aTrendOfManyReportsKeepsItsShape() {
        var trend = Trend()
        for step in 1...10_000 { trend.add(Double(step), at: step) }
        trend.add(.nan, at: 10_001)
        let values = trend.values
        #expect(values.count <= Trend.capacity && values.count > Trend.capacity / 2)
        #expect(values == values.sorted())
        // The first point is the mean of 1...n.
        let first = 2 * values[0] - 1
        #expect(zip(values, values.dropFirst()).dropLast().allSatisfy { $1 - $0 == first })
    }

    @Test func aSparklineGoesFromTheLeastToTheGreatest() {
        #expect(Sparkline.text(of: [0, 1, 2, 3, 4, 5, 6, 7], columns: 8) == "▁▂▃▄▅▆▇█")
        #expect(Sparkline.text(of: [7, 7, 0, 0], columns: 2) == "█▁")
        #expect(Sparkline.text(of: [5, 5], columns: 8) == "▁▁")
        #expect(Sparkline.text(of: [], columns: 8) == "")
    }

    @Test(arguments: [("abcdef", 4, "abc…"), ("学習者", 5, "学習…"), ("学習者", 4, "学…"), ("ab", 2, "ab")])
    func textsAreCutByTheirWidth(text: String, columns: Int, expected: String) {
        let cut = DisplayWidth.cut(text, to: columns)
        #expect(cut == expected)
        #expect(DisplayWidth.of(cut) <= columns)
    }
}
