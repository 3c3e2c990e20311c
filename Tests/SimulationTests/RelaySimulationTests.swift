import Simulation
import Testing

/// Cohorts whose learners exchange through relays, under faults that follow from seeds.
@Suite(.timeLimit(.minutes(2)))
struct RelaySimulationTests {
    private func plan(
        learners: Int = 6, steps: Int = 60, fan: Int, _ sabotage: Sabotage? = nil
    ) -> SimulationPlan {
        SimulationPlan(
            learners: learners, steps: steps, missing: .wait, sabotage: sabotage, fanOut: fan)
    }

    @Test(arguments: [2, 3, 6])
    func everyoneComesThrough(_ fan: Int) {
        var kills = 0
        for seed in UInt64(0)..<40 {
            let outcome = Simulation(plan(fan: fan), seed: seed).run()
            #expect(outcome.violation == nil, "seed \(seed)")
            kills += outcome.kills
        }
        #expect(kills > 100)
    }

    @Test func aSeedIsRepeatedAlike() {
        for seed in UInt64(0)..<10 {
            let first = Simulation(plan(fan: 2), seed: seed).run()
            #expect(first.messages > 0 && first == Simulation(plan(fan: 2), seed: seed).run())
        }
    }

    /// Each led, at some time, to a run that failed.
    @Test(arguments: [(8, 300, 3, 48), (20, 300, 4, 43), (6, 40, 2, 181), (6, 40, 2, 154)])
    func whatOnceFailedComesThrough(_ learners: Int, _ steps: Int, _ fan: Int, _ seed: UInt64) {
        let outcome = Simulation(
            plan(learners: learners, steps: steps, fan: fan), seed: seed
        ).run()
        #expect(outcome.violation == nil)
        #expect(outcome.kills > 0)
    }

    @Test(arguments: [
        (Sabotage.start, "stalled"), (.release, "its journal lacks"), (.resends, "stalled"),
        (.recollection, "diverged"), (.checkpoints, "is full"),
    ])
    func whatIsBrokenIsCaught(_ sabotage: Sabotage, _ verdict: String) {
        let violations = (UInt64(0)..<20).compactMap {
            Simulation(plan(fan: 3, sabotage), seed: $0).run().violation
        }
        #expect(violations.contains { $0.contains(verdict) }, "\(violations.prefix(3))")
    }
}

/// Steps through relays where messages cost what a model says.
@Suite(.timeLimit(.minutes(2)))
struct RelayTimingTests {
    private func time(
        learners: Int = 20, fan: Int = 5, _ change: (inout LatencyModel) -> Void
    ) -> RelayTiming.Outcome {
        var model = LatencyModel()
        model.latency = .zero
        model.handling = .zero
        model.bandwidth = .infinity
        change(&model)
        let plan = SimulationPlan(learners: learners, steps: 8, missing: .wait, fanOut: fan)
        return RelayTiming(plan, model, seed: 0).run()
    }

    /// Up and down through as many links as there are levels, and one.
    @Test(arguments: [(20, 20, 2), (20, 5, 4), (125, 5, 6)])
    func aStepTakesTheLatencyOfItsLinks(_ learners: Int, _ fan: Int, _ links: Int) {
        let outcome = time(learners: learners, fan: fan) { $0.latency = .milliseconds(1) }
        #expect(outcome.violation == nil)
        #expect(outcome.steps.count == 7)
        #expect(outcome.steps.allSatisfy { $0 == .milliseconds(links) })
    }

    /// A relay takes in what each below it says, and says as much to each, one after another.
    @Test func aRelayHandlesOneMessageAtATime() {
        let outcome = time(learners: 20, fan: 20) { $0.handling = .milliseconds(1) }
        #expect(outcome.violation == nil)
        #expect(outcome.steps.allSatisfy { $0 >= .milliseconds(40) })
        #expect(outcome.root.busy >= .milliseconds(40))
    }

    @Test func knowledgeHasThePayloadsSize() {
        let (small, large) = (time { $0.payload = 1000 }, time { $0.payload = 101_000 })
        #expect((large.learner.sent.bytes - small.learner.sent.bytes).rounded() == 100_000)
        // Its part, and the sum of all five.
        #expect((large.leaf.received.bytes - small.leaf.received.bytes).rounded() == 600_000)
        #expect((large.root.sent.bytes - small.root.sent.bytes).rounded() == 400_000)
    }
}
