import Simulation
import Testing

/// What several seeds come to, and the command that repeats one.
@Suite(.timeLimit(.minutes(1)))
struct SimulationSeedsTests {
    @Test func theOutcomesDoNotDependOnTheCores() async {
        let seeds = SimulationSeeds(SimulationPlan(learners: 3, steps: 20), 5..<9)
        let one = await seeds.outcomes(cores: 1)
        #expect(one.map(\.seed) == [5, 6, 7, 8])
        #expect(await seeds.outcomes(cores: 3) == one)
        let text = SimulationTally(one).text(after: .seconds(2))
        #expect(text.hasPrefix("all hold: 4 seeds, ") && text.contains("in 2.0 s; digest "))
    }

    @Test func noSeedIsBegunAfterOneHasFailed() async throws {
        let plan = SimulationPlan(learners: 4, steps: 60, missing: .wait, sabotage: .journal)
        let seeds = SimulationSeeds(plan, 0..<40)
        let outcomes = await seeds.outcomes(cores: 1)
        let failed = try #require(outcomes.last)
        let violation = try #require(failed.violation, "what was broken is noticed")
        #expect(outcomes.dropLast().allSatisfy { $0.violation == nil })
        let report = seeds.report(of: failed, violation: violation)
        #expect(report.contains("seed \(failed.seed) (wait): \(violation)"))
        #expect(report.contains("It fails alike when repeated"))
        #expect(report.hasSuffix(plan.command(repeating: failed.seed)))
    }

    @Test func theCommandSaysWhatDiffersFromTheDefaults() {
        var plan = SimulationPlan(
            learners: 5, steps: 30, graph: .ring, missing: .drop, faults: [.loss, .clock],
            sabotage: .quorum)
        plan.journals = "/tmp/j"
        #expect(
            plan.command(repeating: 7)
                == "cohort simulate --seeds 1 --seed 7 --learners 5 --steps 30 --graph ring"
                + " --missing drop --faults loss clock --real-journals --sabotage quorum")
        let relayed = SimulationPlan(learners: 6, steps: 9, missing: .wait, fan: 3)
        #expect(
            relayed.command(repeating: 0)
                == "cohort simulate --seeds 1 --seed 0 --learners 6 --steps 9 --graph mutual"
                + " --fan-out 3")
    }
}
