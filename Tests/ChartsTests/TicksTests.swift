import Charts
import Testing

/// Which numbers label an axis.
struct TicksTests {
    @Test(arguments: [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 600, [0, 200, 400, 600]),
        (-3, 7, [-2, 0, 2, 4, 6]), (0.31, 0.34, [0.31, 0.32, 0.33, 0.34]),
        (1e-9, 4e-9, [1e-9, 2e-9, 3e-9, 4e-9]),
    ])
    func linearTicksAreRound(low: Double, high: Double, wanted: [Double]) {
        let ticks = Ticks(low...high, scale: .linear, count: wanted.count > 4 ? 6 : 4)
        #expect(ticks.values.count == wanted.count, "\(ticks.values)")
        for (found, wanted) in zip(ticks.values, wanted) {
            #expect(abs(found - wanted) <= abs(wanted) * 1e-12, "\(ticks.values)")
        }
    }

    @Test func aRangeGrowsToItsTicks() {
        let ticks = Ticks(0.13...0.87, scale: .linear, count: 5, widens: true)
        #expect(ticks.values == [0, 0.2, 0.4, 0.6, 0.8, 1] && ticks.range == 0...1)
        let fixed = Ticks(0.13...0.87, scale: .linear, count: 5)
        #expect(fixed.values == [0.2, 0.4, 0.6, 0.8] && fixed.range == 0.13...0.87)
        let decades = Ticks(0.003...40, scale: .log, count: 6, widens: true)
        #expect(decades.values == [0.001, 0.01, 0.1, 1, 10, 100])
        let narrow = Ticks(3...30, scale: .log, count: 6, widens: true)
        #expect(narrow.values == [2, 5, 10, 20, 50])
    }

    @Test func valuesThatDifferByNearlyNothingHaveTicks() {
        let ticks = Ticks(1...1.0.nextUp, scale: .linear, count: 5)
        #expect(!ticks.values.isEmpty && ticks.values.count < 10)
    }
}
