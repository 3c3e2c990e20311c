import CohortGraph
import Exchange
import Foundation
import Kernels
import Reporting
import Synchronization
import Training

/// What became of one learner of a test's cohort.
struct Trained: Sendable {
    var state: LearnerState
    var records: [Record.Body] = []
    var error: (any Error)?
    /// What it published and gathered, in order.
    var published: [Knowledge] = []
    var gathered: [Spy.Gathered] = []

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
func trainTogether(
    _ assemblies: [LearnerAssembly], relays: [RelayAssembly] = []
) -> [String: Trained] {
    let hub = InMemoryHub()
    let results = Mutex<[String: Trained]>([:])
    let group = DispatchGroup()
    // A new thread does not inherit it.
    let threads = Parallel.threads
    for relay in relays {
        let exchange = hub.exchange(of: relay)
        group.enter()
        Thread.detachNewThread {
            var run = RelayRun(relay, exchange: exchange)
            do { try run.serve { exchange.relayStart } } catch {
                exchange.leave(reason: "\(error)")
            }
            group.leave()
        }
    }
    for assembly in assemblies {
        let exchange = hub.exchange(of: assembly)
        group.enter()
        Thread.detachNewThread {
            let trained = Parallel.withThreads(threads) { train(assembly, exchange: exchange) }
            results.withLock { $0[assembly.name] = trained }
            group.leave()
        }
    }
    group.wait()
    return results.withLock { $0 }
}

/// Who somebody is in every test's cohort.
func identity(of name: String, life: UInt64 = 1) -> ExchangeIdentity {
    ExchangeIdentity(
        name: name, run: [UInt8](repeating: 1, count: 16),
        configurationDigest: [UInt8](repeating: 2, count: 32), classes: Problem.classes,
        sampleOrderDigest: 3, incarnation: life)
}

extension InMemoryHub {
    /// A learner's side of a hub, with the lanes of its plan.
    func exchange(of assembly: LearnerAssembly) -> InMemoryExchange {
        exchange(assembly.name, assembly.plan)
    }

    /// A relay's side of a hub.
    func exchange(of assembly: RelayAssembly, life: UInt64 = 1) -> InMemoryExchange {
        let (name, forms) = (assembly.name, assembly.forms)
        return exchange(name, assembly.plan, forms, assembly.plan.place(of: name), life: life)
    }

    private func exchange(
        _ name: String, _ plan: TeachingPlan, _ forms: KnowledgeForms? = nil,
        _ relay: RelayPlace? = nil, life: UInt64 = 1
    ) -> InMemoryExchange {
        let (teachers, students) = plan.neighbours(of: name)
        let lead = ([name] + teachers).map(plan.lead(of:)).max() ?? 0
        return exchange(
            identity: identity(of: name, life: life),
            teachers: teachers.map { teacher in
                Lane(
                    teacher, isOptional: plan.isOptional(from: teacher, to: name),
                    keepsLate: plan.keepsLate(from: teacher, to: name)
                ) {
                    plan.tensorsDue(from: teacher, to: name, step: $0, round: $1)
                } form: {
                    forms?.form(of: $0, from: teacher, in: $1)
                }
            },
            students: students.map { student in
                Lane(
                    student, isOptional: plan.isOptional(from: name, to: student),
                    keepsLate: plan.keepsLate(from: name, to: student)
                ) { plan.tensorsDue(from: name, to: student, step: $0, round: $1) }
            },
            limits: ExchangeLimits(
                missing: .seconds(30), beat: .milliseconds(20), window: 2 + 2 * lead), relay: relay)
    }
}

/// Trains one learner to its end or its first error.
func train(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)? = nil) -> Trained {
    let spy = exchange.map(Spy.init)
    var records: [Record.Body] = []
    let steps = assembly.recipe.steps
    var run = LearnerRun(
        assembly, exchange: spy, report: { records.append($0) },
        stepped: { progress in
            guard progress.state.step == steps else { return }
            try spy?.checkpointed(oldest: .max, newest: .max)
        })
    var failure: (any Error)?
    do {
        try spy?.join()
        if steps == 0 { try spy?.checkpointed(oldest: .max, newest: .max) }
        try run.train()
    } catch {
        spy?.leave(reason: "\(error)")
        failure = error
    }
    return Trained(
        state: run.state, records: records, error: failure, published: spy?.published ?? [],
        gathered: spy?.gathered ?? [])
}
