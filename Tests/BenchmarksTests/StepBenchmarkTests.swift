import Benchmarks
import Foundation
import NeuralNetwork
import Options
import Testing

/// What benchmarks report, by counting: no test depends on how fast anything is.
@Suite(.timeLimit(.minutes(1)))
struct StepBenchmarkTests {
    private static let brief = Measurement(warmUp: 2, steps: 3, duration: .zero)

    private func report(_ name: String) throws -> StepReport {
        try BenchmarkProblem(name, input: [1, 8, 8], batch: 4)
            .measureStep(Self.brief) { 1e9 }
    }

    @Test func theJSONHasItsMembers() throws {
        let data = try JSONEncoder().encode(report("mlp"))
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let members: Set = [
            "model", "batch", "threads", "step_ms", "images_per_second", "gflops",
            "ceiling_percent", "peak_memory_bytes", "allocations_per_step",
        ]
        #expect(members.isSubset(of: object.keys))
        #expect(object["model"] as? String == "mlp")
        #expect(object["batch"] as? Int == 4)
    }

    @Test(arguments: ["mlp", "resnet8", "transformer"])
    func theNumbersFollowFromOneAnother(name: String) throws {
        let report = try report(name)
        let model = try BenchmarkProblem(name, input: [1, 8, 8], batch: 1).model
        #expect(report.steps == 3)
        #expect(report.parameters == model.parameterCount)
        #expect(report.multiplyAdds == model.multiplyAdds.forward)
        let seconds = report.milliseconds / 1000
        #expect(abs(report.imagesPerSecond * seconds / 4 - 1) < 1e-9)
        let work = Double(8 * model.multiplyAdds.total)
        #expect(abs(report.gflops * 1e9 * seconds / work - 1) < 1e-9)
        #expect(abs(report.ceilingPercent / report.gflops / 100 - 1) < 1e-9)
        #expect(report.peakMemoryBytes > 1 << 20)
    }

    @Test func stepsAreCountedAfterTheWarmUp() {
        var calls = 0
        var before = 0
        let times = Self.brief.times {
            calls += 1
        } warm: {
            before = calls
        }
        #expect((before, calls, times.count) == (2, 5, 3))
    }

    @Test func theMedianIsTheMiddle() {
        #expect(median([3]) == 3)
        #expect(median([4, 1]) == 2.5)
        #expect(median([9, 1, 2]) == 2)
        #expect(median([1, 2, 30, 4]) == 3)
    }

    @Test func theCeilingIsTheBestOfSeveralProducts() throws {
        let rate = try Ceiling.rate(side: 32, products: 2)
        #expect(rate > 0 && rate.isFinite)
    }
}
