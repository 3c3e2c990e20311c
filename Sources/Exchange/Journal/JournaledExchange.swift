import CohortGraph

/// Writes down what a learner publishes and uses, before it is sent.
///
/// What is used is written when it has been gathered. The journal stays open when the exchange ends, so
/// that its writer's owner closes it.
public final class JournaledExchange: KnowledgeExchange {
    private let inner: any KnowledgeExchange
    private let journal: JournalWriter
    private let teachers: [String]

    /// - Parameters:
    ///   - inner: what sends and receives; `nil` for a teacher without pupils that is only recorded:
    ///     then joining and finishing are nothing, publishing only writes, and nothing is gathered.
    ///   - teachers: whose absence from what is gathered is written down.
    public init(
        _ inner: (any KnowledgeExchange)?, journal: JournalWriter, teachers: [String] = []
    ) {
        self.inner = inner ?? SolitaryExchange()
        self.journal = journal
        self.teachers = teachers
    }

    public func join() throws { try inner.join() }

    /// - Throws: also ``ExchangeFailure`` with the exit code 74, and then nothing is sent.
    public func publish(_ knowledge: Knowledge) throws {
        try journal.append(.published(knowledge))
        try inner.publish(knowledge)
    }

    public func gather(step: Int, phase: Phase, batchDigest: UInt64) throws -> Gathering {
        let gathering = try inner.gather(step: step, phase: phase, batchDigest: batchDigest)
        let used = UsedKnowledge(step: step, phase: phase, teachers: origins(in: gathering))
        if !used.teachers.isEmpty { try journal.append(.used(used)) }
        return gathering
    }

    private func origins(in gathering: Gathering) -> [UsedKnowledge.Teacher] {
        let taught = gathering.knowledge.map { sender, knowledge in
            UsedKnowledge.Teacher(name: sender, origin: .taught(KnowledgeReference(knowledge)))
        }
        let absent = gathering.absent.map {
            UsedKnowledge.Teacher(name: $0.name, origin: .absent(reason: $0.reason))
        }
        let named = (taught + absent).map(\.name)
        let silent = teachers.filter { !named.contains($0) }.map {
            UsedKnowledge.Teacher(name: $0, origin: .absent(reason: "nothing came"))
        }
        return taught + absent + silent
    }

    /// Writes the end down for good, and announces it.
    public func finish(lastStep: Int) throws {
        try journal.append(.end(lastStep: lastStep))
        try journal.flush()
        try inner.finish(lastStep: lastStep)
    }

    public func leave(reason: String) { inner.leave(reason: reason) }

    public func cancel(_ failure: ExchangeFailure) { inner.cancel(failure) }

    public var traffic: [String: Traffic] { inner.traffic }
}
