import Foundation
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

    /// Between two seeds other tests have their turn: some wait for one another, within limits.
    private func run(_ plan: SimulationPlan, seed: UInt64) async -> Simulation.Outcome {
        await Task.yield()
        return Simulation(plan, seed: seed).run()
    }

    @Test(arguments: Graph.allCases, Missing.allCases)
    func everyoneComesThrough(_ graph: Graph, _ missing: Missing) async {
        for seed in UInt64(0)..<60 {
            let outcome = await run(plan(graph, missing), seed: seed)
            #expect(outcome.violation == nil, "seed \(seed)")
        }
    }

    /// Torn within a record or a sector, too.
    @Test(arguments: Missing.allCases)
    func everyoneComesThroughWithTheJournalsThatShip(_ missing: Missing) async {
        let folder = FileManager.default.temporaryDirectory.path + "/cohort-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var plan = plan(.mutual, missing)
        plan.journals = folder
        for seed in UInt64(0)..<12 {
            let outcome = await run(plan, seed: seed)
            #expect(outcome.violation == nil, "seed \(seed)")
        }
    }

    @Test func aSeedIsRepeatedAlike() async {
        for seed in UInt64(0)..<10 {
            let first = await run(plan(), seed: seed)
            let second = await run(plan(), seed: seed)
            #expect(first.messages > 0 && first == second)
        }
    }

    /// Faults do befall the cohort.
    @Test func seedsBringFaults() async {
        var outcomes: [Simulation.Outcome] = []
        for seed in UInt64(0)..<20 { outcomes.append(await run(plan(), seed: seed)) }
        #expect(outcomes.contains { $0.kills > 5 })
        #expect(outcomes.contains { $0.partitions > 5 })
        #expect(outcomes.contains { $0.clockJumps > 5 })
    }

    /// What each sabotage is caught by.
    static let verdicts: [(Sabotage, Missing, String)] = [
        (.resends, .wait, "stalled"), (.recollection, .wait, "diverged"),
        (.rolls, .drop, "what its journal does not name"), (.quorum, .drop, "split brain"),
        (.checkpoints, .wait, "is full"), (.journal, .wait, "diverged"),
        (.rolls, .bank, "what its journal does not name"),
        (.journal, .bank, "did not journal"), (.quorum, .bank, "split brain"),
    ]

    @Test(arguments: verdicts)
    func whatIsBrokenIsCaught(_ sabotage: Sabotage, _ missing: Missing, _ verdict: String) async {
        var violations: [String] = []
        for seed in UInt64(0)..<40 {
            let outcome = await run(plan(.mutual, missing, sabotage), seed: seed)
            violations += [outcome.violation].compactMap(\.self)
        }
        #expect(violations.contains { $0.contains(verdict) }, "\(violations.prefix(3))")
    }
}
