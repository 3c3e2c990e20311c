import CohortGraph

/// Knowledge that arrives after the step that it belongs to, where it is used all the same.
///
/// Of each such teacher ``LateKnowledge`` holds how far its knowledge was used. A teacher keeps
/// what is late for a student only while it has room: the student writes down what it uses, and
/// needs it no more.
extension Lockstep {
    /// Whether late knowledge of a teacher is used.
    func acceptsLate(_ name: String) -> Bool { peers[name]?.inbound.late != nil }

    /// The last step and round of which nothing more is needed of a teacher.
    func lastSettled(of teacher: Peer?) -> StepRound? {
        guard let late = teacher?.inbound.late else { return gathered }
        return late.taken
    }

    /// What came too late and was not used yet: in the order of the teachers, of each ascending.
    mutating func late(before stepRound: StepRound) -> [(sender: String, knowledge: Knowledge)] {
        var late: [(sender: String, knowledge: Knowledge)] = []
        for name in teachers where acceptsLate(name) {
            warnOfRejectedLate(name, before: stepRound)
            late += usableLate(of: name, before: stepRound).compactMap { stepRound in
                peers[name]?.inbound.inbox[stepRound].map { (name, $0) }
            }
        }
        return late
    }

    /// Late knowledge of held-out samples is of no use any more.
    private func usableLate(of name: String, before stepRound: StepRound) -> [StepRound] {
        let held = peers[name]?.inbound.inbox.stepRounds.filter {
            $0 < stepRound && schedule.samples(of: $0.round) == .batch
        }
        return (held ?? []).filter { !quarantine.holds(name, at: $0.step) }.sorted()
    }

    /// Late knowledge that cannot be used counts against nobody.
    private mutating func warnOfRejectedLate(_ name: String, before stepRound: StepRound) {
        guard let rejected = peers[name]?.inbound.rejected else { return }
        for late in rejected.stepRounds where late < stepRound {
            guard let objection = rejected[late] else { continue }
            warn("late knowledge of '\(name)' is not used: \(objection)")
        }
    }

    /// Settles what was used at `stepRound`, or is of no use.
    mutating func settleLate(
        _ name: String, at stepRound: StepRound, _ attendance: Attendance?
    ) {
        guard let inbound = peers[name]?.inbound else { return }
        let held = inbound.stepRounds.filter { $0 <= stepRound }.max()
        let last = attendance.map { $0.taught.contains(name) ? stepRound : nil } ?? held
        peers[name]?.inbound.settle(upTo: last)
    }

    /// Settles what an earlier life used: it is written down, and what was used in time came after
    /// all that was late.
    mutating func passOver(to attendance: Attendance, at stepRound: StepRound) {
        for name in teachers where acceptsLate(name) {
            let last = attendance.late.last { $0.name == name }?.stepRound
            let wasInTime = attendance.taught.contains(name)
            peers[name]?.inbound.settle(
                upTo: wasInTime ? schedule.previous(before: stepRound) : last)
            peers[name]?.inbound.late?.credit()
        }
    }

    /// Notes a sign of life, and asks again for knowledge that may have been lost.
    ///
    /// Nobody waits for it, its teacher is further than what was used, and yet nothing arrives. A
    /// sign of life comes over the same connection as the knowledge that was sent before it, so
    /// that what is on its way, however slowly, is not asked for again.
    mutating func noteSign(of name: String) {
        guard let peer = peers[name], acceptsLate(name), end == nil else { return }
        let next = firstNeeded(from: name)
        let mayBeLost = peer.inbound.isEmpty && peer.life.progress.step ?? -1 >= next.step
        guard peers[name]?.inbound.late?.noteSign(mayBeLost: mayBeLost) == true else { return }
        ask([name], from: next)
    }

    /// Goes on with what a checkpoint says was used.
    mutating func restoreTaken(_ taken: [String: StepRound]) {
        for name in teachers where acceptsLate(name) {
            peers[name]?.inbound.settle(upTo: taken[name])
            peers[name]?.inbound.late?.credit()
        }
    }

    /// How far the knowledge of each teacher was used, where late knowledge is.
    var taken: [String: StepRound] {
        teachers.reduce(into: [:]) { taken, name in
            if let late = peers[name]?.inbound.late { taken[name] = late.taken }
        }
    }
}
