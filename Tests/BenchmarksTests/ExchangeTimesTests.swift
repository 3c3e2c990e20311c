import Benchmarks
import Foundation
import Testing

/// What an exchange benchmark measures and prints.
struct ExchangeTimesTests {
    @Test func theMediansOfTheRoundsArePrinted() throws {
        var times = ExchangeTimes([.plain, .relayKeys])
        for (joining, exchange) in [(0.5, 0.003), (0.1, 0.001), (0.3, 0.008)] {
            times.add(.init(joining: joining, exchange: exchange), of: .plain)
            times.add(.init(joining: joining, exchange: 2 * exchange), of: .relayKeys)
        }
        let lines = times.text.split(separator: "\n").map { String($0) }
        #expect(lines[0].split(separator: " ") == ["plain", "relay-keys"])
        #expect(lines[1].hasPrefix("exchange, ms"))
        #expect(lines[1].split(separator: " ").suffix(2) == ["3.000", "6.000"])
        #expect(lines[2].hasPrefix("joining, ms"))
        #expect(lines[2].split(separator: " ").suffix(2) == ["300.000", "300.000"])
        let data = Data(try times.json.utf8)
        let object = try JSONDecoder().decode([String: Double].self, from: data)
        #expect(object == ["plain": 3, "relay-keys": 6])
    }

    /// A round trip is between two; a direct exchange among many would measure the processor alone.
    @Test func whatIsMeasuredDependsOnTheLearners() {
        let all = ExchangePart.Kind.allCases
        #expect(ExchangePart.Kind.all(for: 2) == all)
        #expect(ExchangePart.Kind.all(for: 3) == all.filter { $0 != .roundTrip })
        #expect(ExchangePart.Kind.all(for: 64) == all.filter { $0 != .roundTrip })
        #expect(Set(ExchangePart.Kind.all(for: 65)) == [.relay, .relayKeys, .bareRelay])
    }

    @Test func aShapeHasThreeExtents() {
        #expect(BenchmarkProblem.inputShape("3x32x16") == [3, 32, 16])
        for text in ["", "3x32", "3x32x16x1", "3x32x", "0x1x1", "-1x1x1", "axbxc", "3 x32x16"] {
            #expect(BenchmarkProblem.inputShape(text) == nil)
        }
    }
}
