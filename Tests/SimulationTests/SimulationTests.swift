import Simulation
import Testing

/// Cohorts under faults that follow from seeds; `cohort simulate` runs more and larger ones.
@Suite(.timeLimit(.minutes(2)))
struct SimulationTests {
    private func plan(
        _ graph: Graph = .mutual, _ missing: Missing? = nil, _ sabotage: Sabotage? = nil
    ) -> SimulationPlan {
        SimulationPlan(
            learners: 4, steps: 60, graph: graph, missing: missing, sabotage: sabotage)
    }

    @Test(arguments: Graph.allCases, Missing.allCases)
    func everyoneComesThrough(_ graph: Graph, _ missing: Missing) {
        for seed in UInt64(0)..<60 {
            let outcome = Simulation(plan(graph, missing), seed: seed).run()
            #expect(outcome.violation == nil, "seed \(seed)")
        }
    }

    @Test func aSeedIsRepeatedAlike() {
        for seed in UInt64(0)..<10 {
            let first = Simulation(plan(), seed: seed).run()
            #expect(first.messages > 0 && first == Simulation(plan(), seed: seed).run())
        }
    }

    /// Faults do befall the cohort.
    @Test func seedsBringFaults() {
        let outcomes = (UInt64(0)..<20).map { Simulation(plan(), seed: $0).run() }
        #expect(outcomes.contains { $0.kills > 5 })
        #expect(outcomes.contains { $0.partitions > 5 })
        #expect(outcomes.contains { $0.clockJumps > 5 })
    }

    /// What each sabotage is caught by.
    static let verdicts: [(Sabotage, Missing, String)] = [
        (.resends, .wait, "stalled"), (.recollection, .wait, "diverged"),
        (.rolls, .drop, "what its journal does not name"), (.quorum, .drop, "split brain"),
        (.checkpoints, .wait, "is full"), (.journal, .wait, "diverged"),
    ]

    @Test(arguments: verdicts)
    func whatIsBrokenIsCaught(_ sabotage: Sabotage, _ missing: Missing, _ verdict: String) {
        let violations = (UInt64(0)..<40).compactMap {
            Simulation(plan(.mutual, missing, sabotage), seed: $0).run().violation
        }
        #expect(violations.contains { $0.contains(verdict) }, "\(violations.prefix(3))")
    }
}
