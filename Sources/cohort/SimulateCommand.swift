import ArgumentParser
import Exchange
import Foundation
import Reporting
import Simulation

/// `cohort simulate`: the exchange under faults that seeds determine.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the exchange's state machine on a simulated network, clock and disk.",
        discussion: """
            Each seed is one cohort with its own faults: messages that are lost, duplicated, late \
            and out of order, partitions, kills, torn journals and jumping clocks. These \
            properties are checked: every learner uses what was journalled, and under `wait` ends \
            as if there had been no fault; no learner is stuck; under `drop` and `bank` no \
            minority goes on; memory is bounded. The first seed that fails is run again, and \
            printed with the command that repeats it. Exit codes: 0 all properties hold, 70 one \
            does not.

            With --fan-out and more than 64 learners, or one of --latency, --bandwidth, --handling \
            and --payload, one cohort takes some steps without faults. Printed are the time of a \
            step where messages cost that much (the LogGP model), and the traffic of learners and \
            relays.

            Examples:
              cohort simulate --seeds 4 --steps 50
              cohort simulate --learners 128 --fan-out 16 --latency 70 --steps 5
            """)

    @Option(help: "The number of seeds.")
    var seeds = 200

    @Option(help: "The first seed.")
    var seed: UInt64 = 0

    @Option(help: "Learners of a cohort: 2 to 64, with --fan-out to 10000.")
    var learners = 8

    @Option(help: "The steps of each learner; by default 1000, and 20 where they are timed.")
    var steps: Int?

    @Option(help: "Who teaches whom: \(names(of: Graph.self)).")
    var graph = Graph.mutual

    @Option(
        help: """
            Put relays between learners that all teach one another; each relay serves so many at \
            most. A step then waits for all knowledge.
            """)
    var fanOut: Int?

    @Option(
        help: """
            What a step does where knowledge is missing: \(names(of: Missing.self)); drop and bank \
            with a quorum of the majority. By default even seeds wait, and odd seeds drop and bank \
            in turn.
            """)
    var missing: Missing?

    @Option(
        parsing: .upToNextOption,
        help: "The faults, of \(names(of: Fault.self)); by default all of them.")
    var faults = Fault.allCases

    @Option(help: "Break the state machine on purpose: \(names(of: Sabotage.self)).")
    var sabotage: Sabotage?

    @OptionGroup(title: "Timing through relays") var costs: MessageCosts

    @Flag(
        help: """
            Have learners write real journals, as files below TMPDIR, in place of models in \
            memory: torn ones end within a record, or in sectors that were never written.
            """)
    var realJournals = false

    @Flag(help: "Print every event of the simulated world.")
    var trace = false

    func validate() throws {
        guard seeds >= 1 else { throw ValidationError("--seeds is at least 1") }
        let most = fanOut == nil ? Self.mostWithFaults : Self.mostTimed
        guard 2...most ~= learners else {
            throw ValidationError(
                "--learners is 2 to \(most)"
                    + (fanOut == nil ? "; with --fan-out to \(Self.mostTimed)" : ""))
        }
        if let fanOut {
            guard fanOut >= 2 else { throw ValidationError("--fan-out is at least 2") }
            guard graph == .mutual else {
                throw ValidationError(
                    "--fan-out is for learners that all teach one another: mutual")
            }
            guard missing == nil || missing == .wait else {
                throw ValidationError(
                    "--fan-out and --missing drop or bank exclude each other: a relay waits for all"
                )
            }
        }
        guard graph != .generator || missing == nil || missing == .wait else {
            throw ValidationError(
                "--graph generator and --missing drop or bank exclude each other: nobody goes on"
                    + " without what a generator sends")
        }
        guard steps ?? 1 >= 1 else { throw ValidationError("--steps is at least 1") }
        guard !costs.areGiven || fanOut != nil else {
            throw ValidationError("\(MessageCosts.names) time relays: add --fan-out")
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

    /// Whether steps are timed, without faults.
    private var isTimed: Bool {
        fanOut != nil && (learners > Self.mostWithFaults || costs.areGiven)
    }

    func run() async throws {
        try await reportingFailure {
            if isTimed { try time() } else { try await simulate() }
        }
    }

    private func simulate() async throws {
        let folder: TemporaryFolder? =
            realJournals ? try TemporaryFolder(named: "cohort-\(getpid())") : nil
        defer { folder?.remove() }
        var plan = plan
        plan.journals = folder?.path
        let start = ContinuousClock.now
        let simulation = SimulationSeeds(plan, seed..<seed + UInt64(seeds))
        // Traces are printed one seed after another.
        let cores = trace ? 1 : ProcessInfo.processInfo.activeProcessorCount
        let outcomes = await simulation.outcomes(cores: cores, trace: trace ? printLine : nil)
        for outcome in outcomes {
            guard let violation = outcome.violation else { continue }
            throw ExchangeFailure(
                exitCode: .failure, message: simulation.report(of: outcome, violation: violation))
        }
        try printResult(SimulationTally(outcomes).text(after: ContinuousClock.now - start))
    }

    private func time() throws {
        let outcome = RelayTiming(plan, costs.model, seed: seed).run()
        if let violation = outcome.violation {
            throw ExchangeFailure(exitCode: .failure, message: violation)
        }
        try printResult(TimingText(plan, costs.model, outcome).text)
    }

    private var plan: SimulationPlan {
        SimulationPlan(
            learners: learners, steps: steps ?? (isTimed ? 20 : 1000), graph: graph,
            missing: fanOut == nil ? missing : .wait,
            faults: Set(faults), sabotage: sabotage, fanOut: fanOut)
    }
}

/// Writes a line of a trace to standard output.
@Sendable private func printLine(_ line: String) {
    do { try LineOutput(.standardOutput, named: "standard output").write([line]) } catch {
        // The trace is what the command was called for.
        guard !error.isOfMissingReader else { exit(128 + SIGPIPE) }
        printNotice("\(error)")
        exit(error.exitCode.rawValue)
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
