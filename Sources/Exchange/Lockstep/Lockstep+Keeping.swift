/// What is kept for students that may have to receive it again, and for how long.
extension Lockstep {
    /// Whether something more can be kept.
    func hasRoom(for size: Int) -> Bool {
        retention?.hasRoom(for: size, limit: limits.journalBytes) ?? true
    }

    /// Fails where no checkpoint can make room: while it waits, a learner makes none of its own.
    mutating func failIfFullForGood() {
        guard checkpoints?.oldest == floor else { return }
        fail(.configuration, fullJournal)
    }

    /// That the journal is full, and what to do.
    var fullJournal: String {
        "the journal of '\(identity.name)' is full (\(limits.journalBytes >> 20) MiB): it keeps"
            + " what was published since the oldest checkpoint of a learner; make"
            + " exchange.journal larger, or checkpoints.every smaller"
    }

    /// Those for whom the oldest is kept.
    var keepers: [String] {
        students.filter {
            peers[$0]?.isSettled == false && peers[$0]?.outbound.checkpoint == floor
        }
    }

    /// The first step of which something may still be needed, but for what is late.
    private var floor: Int {
        let needed = students.filter { peers[$0]?.isSettled == false }.compactMap {
            peers[$0]?.outbound.checkpoint
        }
        return min(needed.min() ?? .max, checkpoints?.oldest ?? .max)
    }

    /// Notes the learner's own checkpoints: it will not ask for anything older.
    mutating func noteCheckpoints(oldest: Int, newest: Int) {
        checkpoints = (oldest, newest)
        sendCheckpoints(to: greetedTeachers)
        settleEnds()
        release()
    }

    /// Notes a student's checkpoint: it will not ask for anything older.
    mutating func noteCheckpoint(_ step: Int, of name: String) {
        guard let peer = peers[name] else { return }
        let forwarded = forwardedCheckpoints
        peers[name]?.outbound.checkpointOfLife = max(step, peer.outbound.checkpointOfLife ?? 0)
        // It has used that, or gone on without it, though its acknowledgement was lost.
        if links.to[name]?.acceptsLate != true,
            let past = peer.outbound.lookAhead.outstanding.last(where: { $0.step < step })
        {
            peers[name]?.outbound.lookAhead.acknowledge(past)
            recallNext(for: name)
        }
        guard step > peer.outbound.checkpoint || peer.outbound.checkpointOfLife == nil else {
            return
        }
        peers[name]?.outbound.checkpoint = max(step, peer.outbound.checkpoint)
        if forwardedCheckpoints != forwarded { forwardCheckpoints() }
        release()
    }

    /// Makes room at the cost of what is late for a student.
    mutating func makeRoom() {
        let floor = floor
        for name in students where links.to[name]?.acceptsLate == true {
            peers[name]?.outbound.lookAhead.discard(before: floor)
        }
        release()
    }

    /// The first step that a student that uses late knowledge has yet to receive.
    private var firstLate: Int {
        students.filter { links.to[$0]?.acceptsLate == true && peers[$0]?.isSettled == false }
            .compactMap { peers[$0]?.outbound.lookAhead.outstanding.first?.step }.min() ?? .max
    }

    /// Releases what nobody needs any more.
    mutating func release() {
        // Most often no checkpoint has come, and what is late need not be looked for.
        guard let released = retention?.released, floor > released else { return }
        let floor = min(floor, firstLate)
        guard floor > released, floor < .max else { return }
        retention?.release(before: floor)
        actions.append(.release(before: floor))
    }
}
