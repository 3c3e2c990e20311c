import CohortGraph

/// Writes down what a learner publishes and uses, before any of it is sent; and has a later life of
/// the learner do what is written down.
///
/// The journal stays open when the exchange ends, so that its writer's owner closes it.
public final class JournaledExchange: KnowledgeExchange {
    private let inner: any KnowledgeExchange
    private let journal: JournalWriter
    private let keepsUse: Bool

    /// - Parameters:
    ///   - inner: what sends and receives; `nil` for a teacher without students that is only
    ///     recorded: then joining and finishing are nothing, publishing only writes, and nothing is
    ///     gathered.
    ///   - keepsUse: whether it is written down what is used; a relay does not go on with it.
    public init(
        _ inner: (any KnowledgeExchange)?, journal: JournalWriter, keepsUse: Bool = true
    ) {
        self.inner = inner ?? SolitaryExchange()
        self.journal = journal
        self.keepsUse = keepsUse
    }

    public func join() throws { try inner.join() }

    /// - Throws: also ``ExchangeFailure``: 74 where it cannot be written, and then nothing is sent;
    ///   70 where an earlier life published something else at this step.
    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        let old = try journal.knowledge(step: knowledge.step, round: knowledge.round)
        if let old, old != knowledge {
            throw otherwise(StepRound(knowledge), "what is published")
        }
        try inner.publish(knowledge) {
            if old == nil { try journal.append(.published(knowledge)) }
            try record()
        }
    }

    public func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        guard keepsUse else {
            return try inner.gather(
                step: step, round: round, batchDigest: batchDigest, attendance: attendance,
                record: record)
        }
        let old = try journal.used(step: step, round: round)
        let gathering = try inner.gather(
            step: step, round: round, batchDigest: batchDigest,
            attendance: attendance ?? old?.attendance
        ) { gathering in
            try write(gathering, step, round, old)
            try record(gathering.completed(by: old))
        }
        return gathering.completed(by: old)
    }

    private func write(
        _ gathering: Gathering, _ step: Int, _ round: Round, _ old: UsedKnowledge?
    ) throws {
        let taught = gathering.knowledge.map { sender, knowledge in
            UsedKnowledge.Teacher(name: sender, origin: .taught(KnowledgeReference(knowledge)))
        }
        if let old {
            guard old.teachers.filter(\.isTaught) == taught else {
                throw otherwise(StepRound(step: step, round: round), "what the teachers say")
            }
            return
        }
        let absent = gathering.absent.map {
            UsedKnowledge.Teacher(name: $0.name, origin: .absent(reason: $0.reason))
        }
        let late = gathering.late.map { sender, knowledge in
            UsedKnowledge.Teacher(name: sender, origin: .late(knowledge))
        }
        guard !taught.isEmpty || !absent.isEmpty else { return }
        try journal.append(
            .used(UsedKnowledge(step: step, round: round, teachers: taught + late + absent)))
    }

    private func otherwise(_ stepRound: StepRound, _ what: String) -> ExchangeFailure {
        ExchangeFailure(
            exitCode: .failure,
            message:
                "at \(stepRound) \(what) is not what the journal \(journal.directory) holds of an"
                + " earlier start: another program or type of machine computes other bits; begin a"
                + " new run")
    }

    /// Writes the end down for good, and announces it.
    public func finish(lastStep: Int) throws {
        if try journal.end() != lastStep { try journal.append(.end(lastStep: lastStep)) }
        try journal.flush()
        try inner.finish(lastStep: lastStep)
    }

    public func checkpointed(oldest: Int, newest: Int) throws {
        try inner.checkpointed(oldest: oldest, newest: newest)
    }

    public func leave(reason: String) { inner.leave(reason: reason) }

    public func cancel(_ failure: ExchangeFailure) { inner.cancel(failure) }

    public var traffic: [String: Traffic] { inner.traffic }

    public var state: ExchangeState? { inner.state }
}

extension UsedKnowledge {
    /// What a later life uses again.
    var attendance: Attendance {
        var attendance = Attendance()
        for teacher in teachers {
            switch teacher.origin {
            case .taught: attendance.taught.append(teacher.name)
            case .late(let knowledge):
                attendance.late.append(
                    Attendance.Late(name: teacher.name, stepRound: StepRound(knowledge)))
            case .absent: break
            }
        }
        return attendance
    }
}

extension UsedKnowledge.Teacher {
    fileprivate var isTaught: Bool {
        if case .taught = origin { true } else { false }
    }

    /// What came late of it; nil where this is something else.
    fileprivate var late: (sender: String, knowledge: Knowledge)? {
        if case .late(let knowledge) = origin { (name, knowledge) } else { nil }
    }

    /// That nothing of it was used, and why.
    fileprivate var absence: Absence? {
        if case .absent(let reason) = origin { Absence(name, reason: reason) } else { nil }
    }
}

extension Gathering {
    /// The same, with what had come late at an earlier life's, and without those that it went on
    /// without.
    fileprivate func completed(by old: UsedKnowledge?) -> Gathering {
        guard let old else { return self }
        var gathering = self
        gathering.late = old.teachers.compactMap(\.late)
        gathering.absent = old.teachers.compactMap(\.absence)
        return gathering
    }
}
