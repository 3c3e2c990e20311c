import Testing

@testable import Dashboard

@Suite struct SeriesTests {
    @Test func keepsThePeakOfAMillionSteps() {
        var series = DecimatedSeries(capacity: 400)
        for step in 1...1_000_000 {
            series.add(step == 654_321 ? 9 : 1, at: step, revision: step)
        }
        let points = series.points()
        #expect(points.contains(.init(step: 654_321, value: 9)))
        #expect(points.last == .init(step: 1_000_000, value: 1))
        #expect(points.count <= 2 * 400 + 1)
    }

    /// A page that takes what changed, now and then, has the curve that a new page gets.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func changesAddUpToTheWhole(seed: UInt64) {
        var numbers = SplitMix(state: seed)
        var series = DecimatedSeries(capacity: 16)
        var page: [DecimatedSeries.Point] = []
        var (known, step) = (0, 0)
        for revision in 1...500 {
            if numbers.next() % 40 == 0 {
                step = Int(numbers.next() % UInt64(step + 1))
                series.drop(after: step, revision: revision)
            }
            step += 1 + Int(numbers.next() % 3)
            let value = numbers.next() % 15 == 0 ? Double.nan : Double(numbers.next() % 100)
            series.add(value, at: step, revision: revision)
            guard numbers.next() % 5 == 0, let from = series.firstChange(since: known) else {
                continue
            }
            page.removeAll { $0.step >= from }
            page += series.points(from: from)
            known = revision
            #expect(page.map(Self.text) == series.points().map(Self.text))
            #expect(page.map(\.step) == page.map(\.step).sorted())
            #expect(page.last.map(\.step) == step)
        }
    }

    @Test func endsWithItsLastValueOnce() {
        var series = DecimatedSeries(capacity: 2)
        for step in 1...8 { series.add(step == 8 ? .nan : 1, at: step, revision: step) }
        #expect(series.points().map(\.step) == [1, 7, 8])
        series.add(.nan, at: 9, revision: 9)
        #expect(series.points().filter { $0.step == 9 }.count == 1)
    }

    @Test func dropsWhatIsRepeated() {
        var series = DecimatedSeries(capacity: 8)
        for step in 1...100 { series.add(Double(step), at: step, revision: step) }
        series.drop(after: 50, revision: 101)
        #expect(series.points().allSatisfy { $0.step <= 50 })
        series.add(0, at: 51, revision: 102)
        #expect(series.points().last == .init(step: 51, value: 0))
        #expect(series.firstChange(since: 100) == 0)
    }

    @Test func reducingKeepsPeaksAndTheEnd() {
        var series = DecimatedSeries(capacity: 100)
        for step in 1...100 { series.add(step == 33 ? 7 : 1, at: step, revision: step) }
        series.reduce(to: 10)
        let points = series.points()
        #expect(points.count <= 2 * 10 + 1)
        #expect(points.contains(.init(step: 33, value: 7)))
        #expect(points.last == .init(step: 100, value: 1))
    }

    @Test func framesKeepTheMean() {
        var frames = MeanFrames(capacity: 8)
        for step in 1...1000 { frames.add(Double(step), at: step) }
        #expect(frames.steps.count <= 8)
        #expect(frames.steps.last == 1000)
        #expect(frames.means == frames.means.sorted())
        frames.drop(after: 500)
        #expect(frames.steps.allSatisfy { $0 <= 500 })
        frames.reduce(to: 2)
        #expect((1...2).contains(frames.steps.count))
        frames.reduce(to: 1)
        #expect(frames.steps.isEmpty)
    }

    private static func text(_ point: DecimatedSeries.Point) -> String {
        "\(point.step): \(point.value)"
    }
}

/// The generator of Steele, Lea and Flood 2014.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
