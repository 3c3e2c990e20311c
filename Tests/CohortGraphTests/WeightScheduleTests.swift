import CohortGraph
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct WeightScheduleTests {
    private func schedule(_ change: (inout WeightSchedule) -> Void) -> WeightSchedule {
        var schedule = WeightSchedule()
        change(&schedule)
        return schedule
    }

    private func factors(
        _ schedule: WeightSchedule, _ steps: Range<Int>, stepsPerEpoch: Double = 10,
        of total: Int = 100
    ) -> [Double] {
        steps.map { schedule.factor(at: $0, stepsPerEpoch: stepsPerEpoch, of: total) }
    }

    @Test func theUsualIsTheFullWeightAlways() {
        #expect(factors(WeightSchedule(), 0..<5) == [1, 1, 1, 1, 1])
        #expect(WeightSchedule().factor(at: .max - 1, stepsPerEpoch: 1e9, of: .max) == 1)
    }

    @Test func nothingIsTaughtBeforeTheBurnInEndsNorFromTheEndOn() {
        let bounded = schedule {
            $0.burnIn = 2
            $0.until = 5
        }
        #expect(factors(bounded, 0..<7) == [0, 0, 1, 1, 1, 0, 0])
    }

    @Test func aLinearRampReachesOneAtItsLastStep() {
        #expect(factors(schedule { $0.ramp = 4 }, 0..<6) == [0.25, 0.5, 0.75, 1, 1, 1])
        let later = schedule {
            $0.burnIn = 3
            $0.ramp = 2
        }
        #expect(factors(later, 0..<6) == [0, 0, 0, 0.5, 1, 1])
    }

    /// exp(−5·(1 − t)²) at t = ¼, ½, ¾.
    @Test func aSigmoidRampIsThePapers() {
        let ramp = schedule {
            $0.ramp = 4
            $0.shape = .sigmoid
        }
        let expected = [0.060054667895307934, 0.2865047968601901, 0.7316156289466418, 1]
        for (found, value) in zip(factors(ramp, 0..<4), expected) {
            #expect(abs(found - value) < 1e-12)
        }
    }

    /// PS-KD's α of epoch e of E is α_T·(e + 1) / E.
    @Test func stairsGrowFromEpochToEpoch() {
        let whole = schedule { ($0.ramp, $0.shape) = (.whole, .stairs) }
        let expected = [0, 0, 0, 1, 1, 2, 2, 2, 3, 3].map { Double($0 + 1) / 4 }
        #expect(factors(whole, 0..<10, stepsPerEpoch: 2.5, of: 10) == expected)
        let half = schedule {
            $0.ramp = 2
            $0.shape = .stairs
            $0.unit = .epochs
        }
        #expect(factors(half, 0..<6, stepsPerEpoch: 2, of: 8) == [0.5, 0.5, 1, 1, 1, 1])
    }

    @Test func aWholeRampEndsWithTheTraining() {
        let whole = schedule {
            $0.ramp = .whole
            $0.burnIn = 1
        }
        #expect(factors(whole, 0..<5, of: 5) == [0, 0.25, 0.5, 0.75, 1])
        #expect(whole.summary == "after 1 steps, linear ramp over the whole training")
    }

    @Test func everyNthStepCountsFromTheBurnIn() {
        let now = schedule {
            $0.burnIn = 2
            $0.every = 3
        }
        #expect(factors(now, 0..<9) == [0, 0, 1, 0, 0, 1, 0, 0, 1])
    }

    @Test func lengthsInEpochsAreRoundedToSteps() {
        let epochs = schedule {
            $0.burnIn = 1
            $0.until = 2
            $0.unit = .epochs
        }
        #expect(factors(epochs, 0..<6, stepsPerEpoch: 2.5) == [0, 0, 0, 1, 1, 0])
        let ramp = schedule {
            $0.ramp = 2
            $0.unit = .epochs
        }
        #expect(factors(ramp, 0..<5, stepsPerEpoch: 2) == [0.25, 0.5, 0.75, 1, 1])
    }

    @Test(
        arguments: [
            (["burn-in": "5"], "after 5 steps"), ([:], "constant"),
            (["ramp": "3", "until": "9", "in": "epochs"], "linear ramp of 3, until 9 epochs"),
            (["every": "50", "burn-in": "2"], "after 2 steps, every 50 steps"),
            (["every": "2"], "every 2 steps"),
        ] as [(Written, String)])
    func isSaidInWords(options: Written, words: String) throws {
        let edge: Written = ["from": "t", "to": "a", "schedule": options]
        let found = try groups("edge", edge, among: teachers("t") + students("a"))
        #expect(found.first?.edge.schedule.summary == words)
    }
}
