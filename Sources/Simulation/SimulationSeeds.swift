/// Simulates a plan with several seeds, on all cores.
package struct SimulationSeeds: Sendable {
    private let plan: SimulationPlan
    private let seeds: Range<UInt64>

    /// - Parameter seeds: each is one cohort with its own faults.
    package init(_ plan: SimulationPlan, _ seeds: Range<UInt64>) {
        (self.plan, self.seeds) = (plan, seeds)
    }

    /// The outcomes in the order of the seeds. None is begun after one has failed.
    ///
    /// - Parameters:
    ///   - cores: how many seeds are simulated at a time.
    ///   - trace: receives what happens in the simulated world; nil for no trace.
    package func outcomes(
        cores: Int, trace: (@Sendable (String) -> Void)? = nil
    ) async -> [Simulation.Outcome] {
        let plan = plan
        var rest = seeds[...]
        return await withTaskGroup(of: Simulation.Outcome.self) { group in
            var outcomes: [Simulation.Outcome] = []
            var hasFailed = false
            func begin() {
                guard !hasFailed, let seed = rest.popFirst() else { return }
                group.addTask { Simulation(plan, seed: seed, trace: trace).run() }
            }
            for _ in 0..<cores { begin() }
            for await outcome in group {
                outcomes.append(outcome)
                hasFailed = hasFailed || outcome.violation != nil
                begin()
            }
            return outcomes.sorted { $0.seed < $1.seed }
        }
    }

    /// Why a seed failed, with the command that repeats it: it is run again, and must fail alike.
    package func report(of outcome: Simulation.Outcome, violation: String) -> String {
        let again = Simulation(plan, seed: outcome.seed).run()
        let verdict = again == outcome ? "fails alike when repeated" : "differs when repeated"
        return "seed \(outcome.seed) (\(outcome.missing)): \(violation)\nIt \(verdict) (digest "
            + "\(String(outcome.digest, radix: 16))): \(plan.command(repeating: outcome.seed))"
    }
}

extension SimulationPlan {
    /// The command that simulates one seed alone.
    package func command(repeating seed: UInt64) -> String {
        var words = ["cohort simulate --seeds 1 --seed \(seed)"]
        words.append("--learners \(learners) --steps \(steps) --graph \(graph)")
        if let fanOut { words.append("--fan-out \(fanOut)") }
        if fanOut == nil, let missing { words.append("--missing \(missing)") }
        if faults != Set(Fault.allCases) {
            let names = Fault.allCases.filter(faults.contains).map(\.rawValue)
            words.append("--faults \(names.joined(separator: " "))")
        }
        if journals != nil { words.append("--real-journals") }
        if let sabotage { words.append("--sabotage \(sabotage)") }
        return words.joined(separator: " ")
    }
}
