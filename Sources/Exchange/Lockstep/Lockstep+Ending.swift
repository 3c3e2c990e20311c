import CohortGraph

/// The end of a run, and early leave.
extension Lockstep {
    /// The neighbours that have not acknowledged yet that this learner has ended.
    var unsettled: [String] {
        neighbours.filter { peers[$0]?.isSettled == false && peers[$0]?.isExpected == true }
    }

    /// Every neighbour once, teachers first.
    var neighbours: [String] {
        teachers + students.filter { !teachers.contains($0) }
    }

    mutating func tryToFinish(_ lastStep: Int, at now: Duration) {
        if isRunning {
            guard canEnd(after: lastStep) else { return }
            let last = [published, retention?.stepRounds.last].compactMap(\.self).max()
            let round = last?.step == lastStep ? last!.round : schedule.first
            enter(.finishing(end: StepRound(step: lastStep, round: round)), at: now)
            announceEnd()
            settleEnds()
        }
        if isFinishing, unsettled.isEmpty { part(at: now) }
    }

    /// Tells the rendezvous that this learner is no longer there: it tells those that start again.
    mutating func part(at now: Duration) {
        guard contact != nil, let end else { return conclude(at: now) }
        enter(.parting(end: end), at: now)
        sendEndToRendezvous()
    }

    mutating func sendEndToRendezvous() {
        if let end { reply(.end, Position(step: end.step), to: .rendezvous) }
    }

    mutating func conclude(at now: Duration) {
        guard let end else { preconditionFailure("an end is announced before it is reached") }
        enter(.finished(end: end), at: now)
        answer(.done)
    }

    mutating func announceEnd() {
        guard let end else { return }
        send(.end, Position(step: end.step, round: end.round), to: unsettled)
    }

    /// Acknowledges the end of those of whom nothing more is needed.
    mutating func settleEnds() {
        for name in neighbours {
            guard let peer = peers[name], let stepRound = peer.farewell.end,
                let channel = peer.farewell.owedOver,
                !needs(name, upTo: stepRound)
            else { continue }
            peers[name]?.farewell.owedOver = nil
            reply(
                .ended, Position(step: stepRound.step, round: stepRound.round), to: channel,
                of: name)
        }
    }

    /// A teacher stays until what it taught is used, and will not be asked for again.
    private func needs(_ name: String, upTo stepRound: StepRound) -> Bool {
        guard peers[name]?.role.isTeacher == true, end == nil else { return false }
        let isKeptForGood =
            relay == nil
            ? checkpoints.map { $0.newest > stepRound.step } ?? true
            : checkpoint(for: name).map { $0 > stepRound.step } ?? false
        return !isKeptForGood || used.map { $0 < stepRound } ?? true
    }

    /// Sends every neighbour the reason, and takes no part any more.
    mutating func leave(_ reason: String) {
        guard !isFinished else { return }
        send(.leave(reason: reason), to: neighbours.filter { peers[$0]?.isSettled == false })
        fail(.unavailable, "'\(identity.name)' left the cohort: \(reason)")
    }
}
