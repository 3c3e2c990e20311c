import CohortGraph
import Exchange
import Foundation
import Kernels
import NeuralNetwork
import Reporting
import Synchronization
import Testing
import Training

/// What became of one learner of a test's cohort.
struct Trained: Sendable {
    var state: LearnerState
    var records: [Record.Body] = []
    var error: (any Error)?
    var evaluation: Evaluation?
    var progress: LearnerProgress?
    /// What it published and gathered, in order.
    var published: [Knowledge] = []
    var gathered: [Spy.Gathered] = []
    /// The answers that it stored, in order.
    var answers: [HeldOutAnswers] = []

    var intervals: [IntervalReport] {
        records.compactMap { if case .interval(let report) = $0 { report } else { nil } }
    }
    var epochs: [EpochReport] {
        records.compactMap { if case .epoch(let report) = $0 { report } else { nil } }
    }
}

extension TestCohort {
    /// Trains all in one process, each on a thread of its own.
    func train() throws -> [String: Trained] {
        trainTogether(try assemblies, relays: try relayAssemblies)
    }
}

/// Trains learners together in one process, each on a thread of its own, and their relays.
///
/// After a minute every exchange is cancelled: a test that would wait for ever then fails by the
/// errors.
func trainTogether(
    _ assemblies: [LearnerAssembly], relays: [RelayAssembly] = []
) -> [String: Trained] {
    let hub = InMemoryHub()
    let results = Mutex<[String: Trained]>([:])
    let crew = Crew()
    // A new thread does not inherit it.
    let threads = Parallel.threads
    for relay in relays {
        let exchange = hub.exchange(of: relay)
        crew.add(exchange) {
            let program = RelayProgram(relay, exchange: exchange) { exchange.relayStart }
            var runner = NodeRunner(program, exchange: exchange)
            do { try runner.run() } catch { exchange.leave(reason: "\(error)") }
        }
    }
    for assembly in assemblies {
        let exchange = hub.exchange(of: assembly)
        crew.add(exchange) {
            let trained = Parallel.withThreads(threads) { train(assembly, exchange: exchange) }
            results.withLock { $0[assembly.name] = trained }
        }
    }
    crew.wait()
    return results.withLock { $0 }
}

/// Threads that exchange with one another, and that end within a limit.
final class Crew {
    private let group = DispatchGroup()
    private var exchanges: [any KnowledgeExchange] = []

    /// Runs `body` on a thread of its own.
    ///
    /// - Parameter exchange: the exchange on which the thread waits.
    func add(_ exchange: any KnowledgeExchange, _ body: @escaping @Sendable () -> Void) {
        exchanges.append(exchange)
        let group = group
        group.enter()
        Thread.detachNewThread {
            body()
            group.leave()
        }
    }

    /// Waits for every thread; what still waits after a minute is cancelled.
    func wait() {
        guard group.wait(timeout: .now() + 60) == .timedOut else { return }
        for exchange in exchanges {
            exchange.cancel(
                ExchangeFailure(exitCode: .unavailable, message: "the test took a minute"))
        }
        if group.wait(timeout: .now() + 30) == .timedOut {
            Issue.record("a thread goes on although its exchange is cancelled")
        }
    }
}

/// Who somebody is in every test's cohort.
func identity(of name: String, life: UInt64 = 1) -> ExchangeIdentity {
    ExchangeIdentity(
        name: name, run: [UInt8](repeating: 1, count: 16),
        configurationDigest: [UInt8](repeating: 2, count: 32), classes: Problem.classes,
        sampleOrderDigest: 3, incarnation: life)
}

extension InMemoryHub {
    /// A learner's side of a hub, with the links of its plan.
    func exchange(of assembly: LearnerAssembly) -> InMemoryExchange {
        exchange(assembly.name, assembly.plan.deliveries, nil)
    }

    /// A relay's side of a hub.
    func exchange(of assembly: RelayAssembly, life: UInt64 = 1) -> InMemoryExchange {
        exchange(assembly.name, assembly.plan.deliveries, assembly.contracts, life: life)
    }

    /// Anybody's side of a hub, with the links of a plan.
    func exchange(
        _ name: String, _ deliveries: Deliveries, _ contracts: TensorContracts?, life: UInt64 = 1
    ) -> InMemoryExchange {
        let links = NodeLinks(of: name, in: deliveries, contracts)
        let lookAhead = ([name] + links.teachers.map(\.peer)).map(deliveries.lookAhead).max() ?? 0
        return exchange(
            identity: identity(of: name, life: life), teachers: links.teachers,
            students: links.students,
            limits: ExchangeLimits(
                missing: .seconds(30), beat: .milliseconds(20), window: 2 + 2 * lookAhead),
            schedule: deliveries.rounds, relay: links.relay)
    }
}

/// Trains one learner to its end or its first error.
///
/// - Parameter stepped: called after each step.
func train(
    _ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)? = nil,
    from progress: LearnerProgress? = nil, checkInterruption: @escaping () throws -> Void = {},
    stepped: @escaping (LearnerProgress) throws -> Void = { _ in }
) -> Trained {
    let spy = exchange.map(Spy.init)
    var records: [Record.Body] = []
    var answers: [HeldOutAnswers] = []
    let steps = assembly.training.steps
    let context = NodeContext(
        exchange: spy, report: { records.append($0) }, store: { answers.append($0) },
        checkInterruption: checkInterruption)
    var runner = NodeRunner(
        assembly.program(from: progress, context), exchange: spy,
        checkInterruption: checkInterruption
    ) { program in
        guard let progress = program.progress else { return }
        try stepped(progress)
        if progress.state.step == steps { try spy?.checkpointed(oldest: .max, newest: .max) }
    }
    var failure: (any Error)?
    do { try runner.run() } catch {
        spy?.leave(reason: "\(error)")
        failure = error
    }
    return Trained(
        state: runner.program.result?.state ?? assembly.initialState, records: records,
        error: failure, evaluation: runner.program.result?.evaluation,
        progress: runner.program.progress, published: spy?.published ?? [],
        gathered: spy?.gathered ?? [], answers: answers)
}

extension LearnerState {
    /// What the edges learn.
    var edges: Parameters { groups[0].parameters }
}
