import CohortGraph

/// What the calls of a training thread come to where a lockstep answers them.
protocol LockstepExchange {
    /// Has a request carried out, and waits for its answer.
    func answer(to request: Lockstep.Request) -> Lockstep.Answer

    /// Passes an event to the lockstep, and does what follows from it.
    func handle(_ event: Lockstep.Event)

    /// As ``handle(_:)``; what follows may be done a moment later.
    func handleSoon(_ event: Lockstep.Event)
}

extension LockstepExchange {
    /// Has a request carried out of which nothing comes back.
    func carryOut(_ request: Lockstep.Request) throws {
        _ = try answer(to: request).checked()
    }

    /// Publishes what `record` writes down.
    func carryOutPublishing(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try carryOut(.publish(knowledge))
        try record()
        handle(.published(knowledge))
    }

    /// Gathers, and has `record` write down what is used. The teachers are told of it with what is
    /// published next, or in a moment.
    func carryOutGathering(
        _ stepRound: StepRound, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        let request = Lockstep.Request.gather(
            stepRound, batchDigest: batchDigest, attendance: attendance)
        let gathering = try answer(to: request).gathering()
        try record(gathering)
        handleSoon(.used)
        return gathering
    }
}
