import CohortGraph

/// Takes some teachers' knowledge from recordings in place of their processes.
///
/// A recording is what such a teacher's ``JournaledExchange`` left. It is used bit by bit as it was
/// published, whatever the teacher's weights are by now.
public final class RecordedExchange: KnowledgeExchange {
    private let live: any KnowledgeExchange
    private let recordings: [Recording]
    private let order: [String]
    private let schedule: RoundSchedule

    /// - Parameters:
    ///   - live: the exchange with those that are processes; `nil` where there are none.
    ///   - recordings: the link from each recorded teacher, and its journal.
    ///   - order: all teachers, live and recorded, in the order of the configuration.
    ///   - schedule: the rounds that a step may have.
    ///   - classes: of the task; `nil` leaves it unchecked.
    /// - Precondition: every teacher is in `order`.
    public init(
        _ live: (any KnowledgeExchange)?,
        recordings: [(link: Link, journal: JournalReader)], order: [String],
        schedule: RoundSchedule = .standard, classes: Int? = nil
    ) {
        precondition(
            recordings.allSatisfy { order.contains($0.link.peer) },
            "a recording is not in the order")
        self.live = live ?? SolitaryExchange()
        self.recordings = recordings.map {
            Recording(link: $0.link, journal: $0.journal, classes: classes)
        }
        self.order = order
        self.schedule = schedule
    }

    public func join() throws { try live.join() }

    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try live.publish(knowledge, record: record)
    }

    /// - Throws: ``ExchangeFailure``, also 66 where a recording lacks what is needed, 78 where it
    ///   is of other samples, 65 where it cannot be used.
    public func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        var taught: [String: Knowledge] = [:]
        let stepRound = StepRound(step: step, round: round)
        for recording in recordings {
            let names = recording.link.tensorsDue(at: stepRound)
            // A run may be tested at other steps than those of its recording: the ensemble is then
            // without it.
            let isNeeded = schedule.samples(of: round) != .test
            guard !names.isEmpty, isNeeded || recording.journal.holds(stepRound) else { continue }
            taught[recording.link.peer] = try recording.knowledge(
                of: names, at: stepRound, batchDigest: batchDigest)
        }
        let gathering = try live.gather(
            step: step, round: round, batchDigest: batchDigest, attendance: attendance
        ) { try record(merge(taught, into: $0)) }
        return merge(taught, into: gathering)
    }

    private func merge(_ recorded: [String: Knowledge], into live: Gathering) -> Gathering {
        let taught = recorded.merging(live.knowledge.map { ($0.sender, $0.knowledge) }) { $1 }
        var gathering = live
        gathering.knowledge = order.compactMap { name in
            taught[name].map { (sender: name, knowledge: $0) }
        }
        return gathering
    }

    public func checkpointed(oldest: Int, newest: Int) throws {
        try live.checkpointed(oldest: oldest, newest: newest)
    }

    public func finish(lastStep: Int) throws { try live.finish(lastStep: lastStep) }

    public func leave(reason: String) { live.leave(reason: reason) }

    public func cancel(_ failure: ExchangeFailure) { live.cancel(failure) }

    public var traffic: [String: Traffic] { live.traffic }

    public var state: ExchangeState? { live.state }
}
