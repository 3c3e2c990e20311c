/// What is kept for those that may have to be taught again, and for how long.
extension Lockstep {
    /// Whether something more can be kept.
    func hasRoom(for size: Int) -> Bool {
        guard let kept, kept.byteCount > 0 else { return true }
        return kept.byteCount + size <= limits.journalBytes
    }

    /// While it waits for room, a learner makes no checkpoint: none can come if it needs its own.
    mutating func giveUpIfFullForGood() {
        guard checkpoints?.oldest == floor else { return }
        fail(.configuration, fullJournal)
    }

    /// That the journal is full, and what to do.
    var fullJournal: String {
        "the journal of '\(identity.name)' is full (\(limits.journalBytes >> 20) MiB): it keeps what"
            + " was published since the oldest checkpoint of a learner; make exchange.journal larger,"
            + " or checkpoints.every smaller"
    }

    /// Those for whom the oldest is kept.
    var keepers: [String] {
        students.filter { peers[$0]?.isSettled == false && peers[$0]?.checkpoint == floor }
    }

    /// The first step of which something may still be needed, but for what is late.
    private var floor: Int {
        let needed = students.filter { peers[$0]?.isSettled == false }.compactMap {
            peers[$0]?.checkpoint
        }
        return min(needed.min() ?? .max, checkpoints?.oldest ?? .max)
    }

    /// The learner's own checkpoints: it will not ask for anything older.
    mutating func keep(from oldest: Int, newest: Int) {
        checkpoints = (oldest, newest)
        tellCheckpoint(to: greetedTeachers)
        settleEnds()
        release()
    }

    /// A student's checkpoint: it will not ask for anything older.
    mutating func keep(from step: Int, for name: String) {
        guard let peer = peers[name] else { return }
        let passedOn = checkpointsPassedOn
        peers[name]?.checkpointOfLife = max(step, peer.checkpointOfLife ?? 0)
        // It has used that, or gone on without it, though its acknowledgement was lost.
        if lanes.to[name]?.keepsLate != true,
            let past = peer.outstanding.last(where: { $0.step < step })
        {
            peers[name]?.acknowledge(past)
            supply(name)
        }
        guard step > peer.checkpoint || peer.checkpointOfLife == nil else { return }
        peers[name]?.checkpoint = max(step, peer.checkpoint)
        if checkpointsPassedOn != passedOn { passCheckpointsOn() }
        release()
    }

    /// What is late for a student is kept only while there is room.
    mutating func makeRoom() {
        let floor = floor
        for name in students where lanes.to[name]?.keepsLate == true {
            peers[name]?.letGo(before: floor)
        }
        release()
    }

    /// The first step of which a student that takes in what is late has something to come.
    private var firstLate: Int {
        students.filter { lanes.to[$0]?.keepsLate == true && peers[$0]?.isSettled == false }
            .compactMap { peers[$0]?.outstanding.first?.step }.min() ?? .max
    }

    mutating func release() {
        // Most often no checkpoint has come, and what is late need not be looked for.
        guard kept != nil, floor > released else { return }
        let floor = min(floor, firstLate)
        guard floor > released, floor < .max else { return }
        released = floor
        kept?.release(before: floor)
        actions.append(.release(before: floor))
    }
}
