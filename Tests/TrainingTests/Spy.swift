import CohortGraph
import Exchange
import Synchronization

/// An exchange that remembers what goes through it.
final class Spy: KnowledgeExchange {
    struct Gathered: Sendable {
        var step: Int
        var round: Round
        var knowledge: [String: Knowledge]
    }

    private let inner: any KnowledgeExchange
    private let log = Mutex<(published: [Knowledge], gathered: [Gathered])>(([], []))

    init(_ inner: any KnowledgeExchange) { self.inner = inner }

    var published: [Knowledge] { log.withLock { $0.published } }
    var gathered: [Gathered] { log.withLock { $0.gathered } }

    func join() throws { try inner.join() }

    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        log.withLock { $0.published.append(knowledge) }
        try inner.publish(knowledge, record: record)
    }

    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        let gathering = try inner.gather(
            step: step, round: round, batchDigest: batchDigest, attendance: attendance,
            record: record)
        let knowledge = Dictionary(uniqueKeysWithValues: gathering.knowledge.map { ($0.0, $0.1) })
        log.withLock {
            $0.gathered.append(Gathered(step: step, round: round, knowledge: knowledge))
        }
        return gathering
    }

    func checkpointed(oldest: Int, newest: Int) throws {
        try inner.checkpointed(oldest: oldest, newest: newest)
    }

    func finish(lastStep: Int) throws { try inner.finish(lastStep: lastStep) }

    func leave(reason: String) { inner.leave(reason: reason) }

    func cancel(_ failure: ExchangeFailure) { inner.cancel(failure) }

    var traffic: [String: Traffic] { inner.traffic }
    var state: ExchangeState? { inner.state }
}
