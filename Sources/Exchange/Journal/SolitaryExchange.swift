import CohortGraph
import Synchronization

/// The exchange of a learner without neighbours: nothing is sent, and nothing comes.
final class SolitaryExchange: KnowledgeExchange {
    private let cancelled = Mutex<ExchangeFailure?>(nil)

    private func check() throws {
        if let failure = cancelled.withLock({ $0 }) { throw failure }
    }

    func join() throws { try check() }

    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try check()
        try record()
    }

    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        try check()
        let nothing = Gathering(knowledge: [], waited: .zero, waitedFor: nil)
        try record(nothing)
        return nothing
    }

    func checkpointed(oldest: Int, newest: Int) {}

    func finish(lastStep: Int) throws { try check() }

    func leave(reason: String) {}

    func cancel(_ failure: ExchangeFailure) {
        cancelled.withLock { $0 = $0 ?? failure }
    }

    var traffic: [String: Traffic] { [:] }

    var state: ExchangeState? { nil }
}
