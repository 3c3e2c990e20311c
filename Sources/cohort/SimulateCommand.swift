import ArgumentParser
import Exchange
import Foundation
import Reporting
import Simulation

/// `cohort simulate`: the exchange under faults that follow from seeds.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the exchange's state machine on a simulated network, clock and disk.",
        discussion: """
            Each seed is one cohort with its own messages lost, doubled, late and out of order, \
            partitions, kills, torn journals and jumping clocks. Checked: everyone uses what was \
            journalled, and under `wait` ends as if nothing had happened; nobody is stuck; under \
            `drop` and `bank` no minority goes on; memory is bounded. The first seed that fails is run again and \
            named by the command that repeats it. Exit codes: 0 all hold, 70 something does not.

            With --fan and more than 64 learners, or one of --latency, --bandwidth, --handling and \
            --payload, one cohort takes some steps without faults, and it is said how long they take \
            where messages cost that much (the LogGP model), and what goes through learners and relays.
            """)

    @Option(help: "How many seeds.")
    var seeds = 200

    @Option(help: "The first seed.")
    var seed: UInt64 = 0

    @Option(help: "Learners of a cohort: 2 to 64, with --fan to 10000.")
    var learners = 8

    @Option(help: "Steps of each learner; by default 1000, and 20 where they are timed.")
    var steps: Int?

    @Option(help: "Who teaches whom: \(names(of: Graph.self)).")
    var graph = Graph.mutual

    @Option(
        help: """
            Put relays between learners that all teach one another, each of which serves so many at \
            most. Knowledge is waited for then.
            """)
    var fan: Int?

    @Option(
        help: """
            What a step does without knowledge that does not come: \(names(of: Missing.self)); drop \
            and bank with a quorum of the majority. Without this, even seeds wait, of the odd ones \
            every other drops.
            """)
    var missing: Missing?

    @Option(
        parsing: .upToNextOption,
        help: "What befalls the cohort, of \(names(of: Fault.self)); without this all of them.")
    var faults = Fault.allCases

    @Option(help: "Break the state machine on purpose: \(names(of: Sabotage.self)).")
    var sabotage: Sabotage?

    @OptionGroup(title: "Timing through relays") var costs: MessageCosts

    @Flag(
        help: """
            Have learners keep the journals that ship, as files below TMPDIR, in place of models in \
            memory: torn ones end within a record, or in sectors that were never written.
            """)
    var realJournals = false

    @Flag(help: "Print what happens in the simulated world.")
    var trace = false

    func validate() throws {
        guard seeds >= 1 else { throw ValidationError("--seeds is at least 1") }
        let most = fan == nil ? Self.mostWithFaults : Self.mostTimed
        guard 2...most ~= learners else {
            throw ValidationError(
                "--learners is 2 to \(most)"
                    + (fan == nil ? "; with --fan to \(Self.mostTimed)" : ""))
        }
        if let fan {
            guard fan >= 2 else { throw ValidationError("--fan is at least 2") }
            guard graph == .mutual else {
                throw ValidationError("--fan is for learners that all teach one another: mutual")
            }
            guard missing == nil || missing == .wait else {
                throw ValidationError(
                    "--fan and --missing drop or bank exclude each other: a relay waits for all")
            }
        }
        guard steps ?? 1 >= 1 else { throw ValidationError("--steps is at least 1") }
        guard !costs.areGiven || fan != nil else {
            throw ValidationError("\(MessageCosts.names) time relays: add --fan")
        }
        let isPlain = sabotage == nil && !trace && !realJournals
        guard !isTimed || isPlain && Set(faults) == Set(Fault.allCases) else {
            throw ValidationError(
                "--sabotage, --trace, --real-journals and --faults are for up to"
                    + " \(Self.mostWithFaults) learners without \(MessageCosts.names)")
        }
        guard !isTimed || steps ?? 3 >= 3 else {
            throw ValidationError("--steps is at least 3 where they are timed")
        }
    }

    private static let mostWithFaults = 64
    private static let mostTimed = 10000

    /// Whether steps are timed, and nothing befalls the cohort.
    private var isTimed: Bool {
        fan != nil && (learners > Self.mostWithFaults || costs.areGiven)
    }

    func run() async throws {
        try await reportingFailure {
            if isTimed { return try time() }
            let folder = try realJournals ? TemporaryFolder(named: "cohort-\(getpid())") : nil
            defer { folder?.remove() }
            var plan = plan
            plan.journals = folder?.path
            let start = ContinuousClock.now
            var tally = SimulationTally()
            for outcome in await outcomes(of: plan) {
                tally.add(outcome)
                if let violation = outcome.violation { try fail(outcome, violation, plan) }
            }
            try show(tally.text(after: ContinuousClock.now - start))
        }
    }

    /// What the seeds come to, in their order: one on each core at a time, and none is begun after one
    /// has failed. What is printed comes one after another.
    private func outcomes(of plan: SimulationPlan) async -> [Simulation.Outcome] {
        let trace = trace
        let cores = trace ? 1 : ProcessInfo.processInfo.activeProcessorCount
        var rest = (seed..<seed + UInt64(seeds))[...]
        return await withTaskGroup(of: Simulation.Outcome.self) { group in
            var outcomes: [Simulation.Outcome] = []
            var hasFailed = false
            func next() -> UInt64? { hasFailed ? nil : rest.popFirst() }
            func run(_ seed: UInt64) -> Simulation.Outcome {
                Simulation(plan, seed: seed, trace: trace ? { print($0) } : nil).run()
            }
            for _ in 0..<cores { if let seed = next() { group.addTask { run(seed) } } }
            for await outcome in group {
                outcomes.append(outcome)
                hasFailed = hasFailed || outcome.violation != nil
                if let seed = next() { group.addTask { run(seed) } }
            }
            return outcomes.sorted { $0.seed < $1.seed }
        }
    }

    private func time() throws {
        let outcome = RelayTiming(plan, costs.model, seed: seed).run()
        if let violation = outcome.violation {
            throw ExchangeFailure(exitCode: .failure, message: violation)
        }
        try show(TimingText(plan: plan, model: costs.model, outcome: outcome).text)
    }

    private var plan: SimulationPlan {
        SimulationPlan(
            learners: learners, steps: steps ?? (isTimed ? 20 : 1000), graph: graph,
            missing: fan == nil ? missing : .wait,
            faults: Set(faults), sabotage: sabotage, fan: fan)
    }

    /// Runs a failed seed again: it must fail alike.
    private func fail(
        _ outcome: Simulation.Outcome, _ violation: String, _ plan: SimulationPlan
    ) throws -> Never {
        let again = Simulation(plan, seed: outcome.seed).run()
        let verdict = again == outcome ? "fails alike when repeated" : "differs when repeated"
        throw ExchangeFailure(
            exitCode: .failure,
            message:
                "seed \(outcome.seed) (\(outcome.missing)): \(violation)\nIt \(verdict) (digest "
                + "\(String(outcome.digest, radix: 16))): \(command(repeating: outcome.seed))")
    }

    /// The command that runs one seed alone.
    private func command(repeating seed: UInt64) -> String {
        var words = ["cohort simulate --seeds 1 --seed \(seed)"]
        words.append("--learners \(learners) --steps \(plan.steps) --graph \(graph)")
        if let fan { words.append("--fan \(fan)") }
        if let missing { words.append("--missing \(missing)") }
        if Set(faults) != Set(Fault.allCases) {
            words.append("--faults \(faults.map(\.rawValue).joined(separator: " "))")
        }
        if realJournals { words.append("--real-journals") }
        if let sabotage { words.append("--sabotage \(sabotage)") }
        return words.joined(separator: " ")
    }
}

extension Graph: ExpressibleByArgument {}
extension Missing: ExpressibleByArgument {}
extension Fault: ExpressibleByArgument {}
extension Sabotage: ExpressibleByArgument {}

private func names<T: CaseIterable & RawRepresentable>(of _: T.Type) -> String
where T.RawValue == String {
    T.allCases.map(\.rawValue).joined(separator: ", ")
}

/// What several seeds came to.
private struct SimulationTally {
    private var outcomes: [Simulation.Outcome] = []

    mutating func add(_ outcome: Simulation.Outcome) { outcomes.append(outcome) }

    func text(after time: Duration) -> String {
        func sum(_ part: (Simulation.Outcome) -> Int) -> String {
            outcomes.reduce(0) { $0 + part($1) }.formatted(.number.locale(Locale(identifier: "en")))
        }
        let simulated = outcomes.reduce(.zero) { $0 + $1.time } / .seconds(3600)
        let digest = outcomes.reduce(0 as UInt64) { ($0 &* 31) ^ $1.digest }
        return """
            all hold: \(outcomes.count) seeds, \(sum(\.messages)) messages, \(sum(\.kills)) kills, \
            \(sum(\.partitions)) partitions, \(sum(\.clockJumps)) clock jumps
            \(String(format: "%.1f", simulated)) simulated hours in \
            \(String(format: "%.1f", time / .seconds(1))) s; digest \(String(digest, radix: 16))

            """
    }
}
