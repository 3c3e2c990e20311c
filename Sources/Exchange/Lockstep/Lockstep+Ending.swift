import CohortGraph

/// The end of a run, and early leave.
extension Lockstep {
    /// The neighbours that do not know yet that this learner has ended.
    var unsettled: [String] {
        neighbours.filter { peers[$0]?.isSettled == false && peers[$0]?.isExpected == true }
    }

    /// Every neighbour once, teachers first.
    var neighbours: [String] {
        teachers + students.filter { !teachers.contains($0) }
    }

    mutating func tryToFinish(_ lastStep: Int, at now: Duration) {
        if stage == .running {
            guard mayEnd(after: lastStep) else { return }
            let last = [published, kept?.slots.last].compactMap(\.self).max()
            let round = last?.step == lastStep ? last!.round : schedule.first
            end = Slot(step: lastStep, round: round)
            enter(.finishing, at: now)
            announceEnd()
            settleEnds()
        }
        if stage == .finishing, unsettled.isEmpty { part(at: now) }
    }

    /// Has the rendezvous know that this learner is no longer there: it says so to those that start
    /// again.
    mutating func part(at now: Duration) {
        guard contact != nil else { return conclude(at: now) }
        enter(.parting, at: now)
        tellRendezvousOfEnd()
    }

    mutating func tellRendezvousOfEnd() {
        if let end { reply(.end, Position(step: end.step), to: .rendezvous) }
    }

    mutating func conclude(at now: Duration) {
        enter(.finished, at: now)
        answer(.done)
    }

    /// Whether all steps are done, and the neighbours need not be told any more than that.
    var isEnding: Bool { stage == .finishing || stage == .parting || stage == .finished }

    mutating func announceEnd() {
        guard let end else { return }
        send(.end, Position(step: end.step, round: end.round), to: unsettled)
    }

    /// Acknowledges the end of those of whom nothing more is needed.
    mutating func settleEnds() {
        for name in neighbours {
            guard let peer = peers[name], let slot = peer.end, let channel = peer.owesEnded,
                !needs(name, upTo: slot)
            else { continue }
            peers[name]?.owesEnded = nil
            reply(
                .ended, Position(step: slot.step, round: slot.round), to: channel, of: name)
        }
    }

    /// A teacher stays until what it taught is used, and will not be asked for again.
    private func needs(_ name: String, upTo slot: Slot) -> Bool {
        guard peers[name]?.isTeacher == true, end == nil else { return false }
        let isKeptForGood =
            relay == nil
            ? checkpoints.map { $0.newest > slot.step } ?? true
            : checkpoint(toldTo: name).map { $0 > slot.step } ?? false
        return !isKeptForGood || used.map { $0 < slot } ?? true
    }

    /// Tells the neighbours, and takes no part any more.
    mutating func leave(_ reason: String) {
        guard stage != .finished else { return }
        send(.leave(reason: reason), to: neighbours.filter { peers[$0]?.isSettled == false })
        fail(.unavailable, "'\(identity.name)' left the cohort: \(reason)")
    }
}
