import CohortGraph

/// What teachers say too late for the step that it is of, where it is taken in all the same.
///
/// Each such teacher has its own place in this learner: the last slot that was taken in of it, in time or
/// late. It is what the teacher is told as used, and where it is asked to go on from. A teacher keeps what
/// is late for a student only while it has room: who takes it in writes it down, and needs it no more.
extension Lockstep {
    /// Whether what a teacher says too late is taken in.
    func keepsLate(_ name: String) -> Bool { peers[name]?.keepsLate == true }

    /// The last slot of which a teacher need say nothing more.
    func lastSettled(of teacher: Peer?) -> Slot? {
        teacher?.keepsLate == true ? teacher?.taken : gathered
    }

    /// What came too late, and was not taken in yet: in the order of the teachers, of each ascending.
    mutating func late(before slot: Slot) -> [(sender: String, knowledge: Knowledge)] {
        var late: [(sender: String, knowledge: Knowledge)] = []
        for name in teachers where keepsLate(name) {
            complainOfLate(name, before: slot)
            late += usableLate(of: name, before: slot).compactMap { slot in
                peers[name]?.stash[slot].map { (name, $0) }
            }
        }
        return late
    }

    /// What is late for a test of the ensemble is of no use any more.
    private func usableLate(of name: String, before slot: Slot) -> [Slot] {
        let held = peers[name]?.stash.slots.filter {
            $0 < slot && schedule.samples(of: $0.round) == .batch
        }
        return (held ?? []).filter { !quarantine.holds(name, at: $0.step) }.sorted()
    }

    /// Nobody is held to what came too late.
    private mutating func complainOfLate(_ name: String, before slot: Slot) {
        for late in peers[name]?.spoiled.slots.filter({ $0 < slot }) ?? [] {
            guard let objection = peers[name]?.spoiled[late] else { continue }
            complain("what '\(name)' says late is not used where it cannot be: \(objection)")
        }
    }

    /// Goes on from what was there, and is taken in or of no use.
    mutating func settleLate(_ name: String, at slot: Slot, _ roll: Attendance?) {
        guard let peer = peers[name] else { return }
        let held = (peer.stash.slots + peer.spoiled.slots).filter { $0 <= slot }
        let last = roll.map { $0.taught.contains(name) ? slot : nil } ?? held.max()
        peers[name]?.take(upTo: last)
    }

    /// What an earlier life took in is written down, and what it used in time came after all that: this one
    /// needs nothing before that again.
    mutating func passOver(to roll: Attendance, at slot: Slot) {
        for name in teachers where keepsLate(name) {
            let last = roll.late.last { $0.name == name }?.slot
            let wasInTime = roll.taught.contains(name)
            peers[name]?.take(upTo: wasInTime ? schedule.previous(before: slot) : last)
            credit(name)
        }
    }

    /// A teacher may know what was taken in of it.
    ///
    /// - Returns: whether that is more than before.
    @discardableResult
    mutating func credit(_ name: String) -> Bool {
        guard let peer = peers[name], peer.credited != peer.taken else { return false }
        peers[name]?.credited = peer.taken
        return true
    }

    /// Asks a teacher again that nobody waits for, that lives, is further than what was taken in of it, and
    /// yet says nothing: it may have been lost.
    ///
    /// A sign of life comes over the same connection as the knowledge that was sent before it, so that what
    /// is on its way, however slowly, is not asked for again.
    mutating func hearSign(of name: String) {
        guard let peer = peers[name], peer.keepsLate, end == nil else { return }
        peers[name]?.signsOfLife += 1
        let next = place(beside: name)
        let isThere = peer.stash.count + peer.spoiled.count > 0
        guard peer.signsOfLife >= 3, !isThere, peer.place ?? -1 >= next.step else { return }
        peers[name]?.signsOfLife = 0
        ask([name], from: next)
    }

    /// Goes on as a checkpoint has it.
    mutating func goOn(from taken: [String: Slot]) {
        for name in teachers where keepsLate(name) {
            peers[name]?.take(upTo: taken[name])
            credit(name)
        }
    }

    /// How far what each teacher said was taken in, where what comes late is.
    var taken: [String: Slot] {
        teachers.reduce(into: [:]) { taken, name in
            if let peer = peers[name], peer.keepsLate { taken[name] = peer.taken }
        }
    }
}

extension Peer {
    /// Notes that what it taught was taken in up to a slot, and forgets it.
    fileprivate mutating func take(upTo slot: Slot?) {
        guard let slot else { return }
        taken = max(taken ?? slot, slot)
        forget(upTo: slot)
    }
}
