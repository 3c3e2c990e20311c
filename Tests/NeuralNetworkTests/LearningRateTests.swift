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

    /// Laws of every schedule: pure, within 0...1, at its full rate as soon as it has warmed up.
    @Test(arguments: LearningRates.registry.names)
    func keepsTheLaws(name: String) throws {
        let schedule = try LearningRates.registry.make(name, options: map(["warmup": "5"]))
        for step in 0..<100 {
            #expect((0...1).contains(schedule.factor(at: step, of: 100)))
        }
        #expect(schedule.factor(at: 0, of: 100) == 0.2)
        #expect(schedule.factor(at: 5, of: 100) == 1)
    }
}
