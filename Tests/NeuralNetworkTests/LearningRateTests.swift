import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LearningRateTests {
    /// Each schedule, with and without warm-up, against PyTorch's schedulers.
    @Test func schedulesFollowPyTorch() throws {
        for example in try ReferenceCase.all(in: "training-rules", group: "schedule") {
            let schedule = LearningRate(
                schedule(of: example), warmup: Moment(example.option("warmup", 0)))
            let total = example.option("steps", 0)
            let factors = (0..<total).map { schedule.factor(at: $0, of: total) }
            expectAgreement(
                Tensor(shape: [total], values: factors), try example.tensor("factors"),
                "schedule/\(example.name)", tolerance: 1e-6)
        }
    }

    private func schedule(of example: ReferenceCase) -> any LearningRateSchedule {
        let factor: Double = example.option("factor", 0.1)
        if example.name.hasPrefix("cosine") {
            return CosineRate(floor: example.option("floor", 0))
        }
        if example.name.hasPrefix("polynomial") {
            return PolynomialRate(power: example.option("power", 1))
        }
        if example.name.hasPrefix("one-cycle") {
            return OneCycleRate(
                rise: Moment(example.option("rise", 0.3)), start: example.option("start", 0.04),
                end: example.option("end", 4e-6))
        }
        if example.name == "step-every" {
            return StepRate(.every(Moment(example.option("every", 1))), factor: factor)
        }
        let at = example.numbers("at")
        return at.isEmpty
            ? ConstantRate() : StepRate(.at(at.map { Moment(Double($0)) }), factor: factor)
    }

    @Test func momentsBelowOneAreSharesOfTheRun() throws {
        let written = try LearningRates.registry.make(
            "step", options: map(["at": "0.5", "factor": "0.1", "warmup": "0.1"]))
        #expect(written.factor(at: 0, of: 200) == 0.05)
        #expect(written.factor(at: 19, of: 200) == 1)
        #expect(written.factor(at: 99, of: 200) == 1)
        #expect(written.factor(at: 100, of: 200) == 0.1)
    }

    @Test func aCosineEndsAtItsFloorAndStaysThere() {
        let schedule = LearningRate(CosineRate(floor: 0.25))
        #expect(schedule.factor(at: 10, of: 10) == 0.25)
        #expect(schedule.factor(at: 25, of: 10) == 0.25)
    }

    @Test func momentsAndAPeriodExcludeEachOther() {
        #expect(throws: SettingError.self) {
            try LearningRates.registry.make("step", options: map(["at": "5", "every": "3"]))
        }
    }

    /// Laws of every schedule: within 0...1 at each step of a run, however short, with the full
    /// rate at one of them; after a warm-up at once, but for the schedule that rises by itself.
    @Test(arguments: LearningRates.registry.names, [1, 2, 3, 100])
    func keepsTheLaws(name: String, total: Int) throws {
        let schedule = try LearningRates.registry.make(name, options: map([]))
        let factors = (0..<total).map { schedule.factor(at: $0, of: total) }
        #expect(factors.allSatisfy { (0...1).contains($0) })
        #expect(factors.max() == 1)
        let warmed = try LearningRates.registry.make(name, options: map(["warmup": "5"]))
        #expect(warmed.factor(at: 0, of: 100) == 0.2)
        #expect(warmed.factor(at: name == OneCycleRate.name ? 5 + 28 : 5, of: 100) == 1)
    }

    /// The rise ends with the step that the configuration names, however it is counted.
    @Test func aCycleRisesForAsLongAsIsWritten() throws {
        let written = try LearningRates.registry.make("one-cycle", options: map(["rise": "10"]))
        #expect(written.factor(at: 9, of: 50) == 1)
        #expect(written.factor(at: 8, of: 50) < 1 && written.factor(at: 10, of: 50) < 1)
        let epochs = try LearningRates.registry.make(
            "one-cycle", options: map(["rise": "2", "in": "epochs"])
        ).inSteps(8)
        #expect(epochs.factor(at: 15, of: 50) == 1)
    }
}
