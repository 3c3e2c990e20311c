import CohortGraph

/// What happens without any message: signs of life, repeated greetings, notices and limits.
extension Lockstep {
    mutating func beat(at now: Duration) {
        guard now >= nextBeat else { return }
        nextBeat = now + limits.beat
        repeatMessages(at: now)
        remind(at: now)
        expire(at: now)
    }

    /// The time is counted in beats, so that a process that was stopped (Ctrl-Z, a sleeping
    /// laptop) does not blame its peers for the time that it missed itself. This comes before
    /// anything else that happens after the pause, which may be a message.
    mutating func forgive(until now: Duration) {
        let delay = now - nextBeat
        guard delay > .zero, delay > limits.beat * 10 else { return }
        nextBeat = now
        stageWait.since += delay
        requestWait.since += delay
        for name in neighbours {
            peers[name]?.lastHeard? += delay
            peers[name]?.lastProgress? += delay
        }
    }

    /// How far this learner has come, so that nobody takes it for one that stalls.
    private var place: Position {
        Position(step: max(published?.step ?? 0, gathered?.step ?? 0))
    }

    /// Whether a neighbour that is silent, or a student that answers no greeting, may have started again
    /// elsewhere.
    private func needsRoster(at now: Duration) -> Bool {
        let recently = now - limits.beat * 4
        return peers.values.contains { peer in
            !peer.isSettled
                && (peer.isPupil && !peer.welcomed
                    || peer.lastHeard.map { $0 <= recently } ?? true)
        }
    }

    /// Asks for knowledge that is waited for and may have been lost: its sender is known to be that far,
    /// which it says after the knowledge and over the same connection. To ask while the knowledge is on
    /// its way would double what a slow network has to carry.
    private mutating func askAgain(at now: Duration) {
        guard case .gather(let slot, _, let roll) = request, now - requestWait.since >= limits.beat
        else { return }
        let awaited = teachersAwaited(slot, roll, at: now).filter { peers[$0]?.greeted == true }
        ask(awaited.filter { !keepsLate($0) && hasCome($0, to: slot) }, from: slot)
        for name in awaited where keepsLate(name) {
            let next = place(beside: name)
            if hasCome(name, to: next) { ask([name], from: next) }
        }
    }

    private func hasCome(_ name: String, to slot: Slot) -> Bool {
        peers[name]?.place ?? -1 >= slot.step
    }

    private var unsettledPupils: [String] { students.filter { peers[$0]?.isSettled == false } }

    private mutating func repeatMessages(at now: Duration) {
        switch stage {
        case .registering: register()
        case .greeting:
            register()
            greetPupils()
            acknowledge(to: teachers)
            if relay != nil { passCheckpointsOn() }
        case .running, .finishing:
            if needsRoster(at: now) { register() }
            greetPupils()
            send(.alive, place, to: unsettledPupils)
            acknowledge(to: teachers)
            tellCheckpoint(to: greetedTeachers)
            askAgain(at: now)
            if stage == .finishing { announceEnd() }
        case .parting: tellRendezvousOfEnd()
        case .finished, .failed: break
        }
    }

    private mutating func remind(at now: Duration) {
        let waited = now - wait.since
        guard waited >= limits.notice * (wait.notices + 1), let whom = awaited(at: now),
            !whom.isEmpty
        else { return }
        if isJoining { stageWait.notices += 1 } else { requestWait.notices += 1 }
        let seconds = waited.components.seconds
        actions.append(.notice("waiting \(seconds) s for \(listing(whom)) \(purpose)"))
    }

    var isJoining: Bool { stage == .registering || stage == .greeting }

    private var wait: Wait { isJoining ? stageWait : requestWait }

    /// Who keeps the learner waiting; `nil` where it is not waiting.
    private func awaited(at now: Duration) -> [String]? {
        switch stage {
        case .registering, .parting: return ["the rendezvous"]
        case .greeting: return neighbours.filter { peers[$0].map(hasArrived) == false }
        case .running, .finishing: break
        case .finished, .failed: return nil
        }
        return switch request {
        case nil, .join: nil
        case .publish(let knowledge):
            hasRoom(for: knowledge.byteCount) ? pupilsBehind(Slot(knowledge)) : keepers
        case .gather(let slot, _, let roll): teachersAwaited(slot, roll, at: now)
        case .finish: unsettled
        }
    }

    private var purpose: String {
        if stage == .registering { return "to send the roster" }
        if stage == .greeting { return "to join" }
        return switch request {
        case nil, .join: ""
        case .publish(let knowledge):
            hasRoom(for: knowledge.byteCount)
                ? "to catch up with step \(knowledge.step)"
                : "to make a checkpoint, as the journal is full"
        case .gather(let slot, _, _): "at \(slot)"
        case .finish: "to acknowledge the end"
        }
    }

    private mutating func expire(at now: Duration) {
        // Whoever starts again waits no longer than that for one that has ended.
        let limit = isJoining || stage == .parting ? limits.joining : limits.step
        guard let whom = awaited(at: now), now - wait.since >= limit else { return }
        switch stage {
        case .registering where contact != nil:
            // The rendezvous says at its own limit who is missing: leave it the time to do so.
            guard now - wait.since >= limit + limits.beat * 4 else { return }
            fail(.unavailable, "the rendezvous sent no roster within \(limit.spoken)" + hintAtKeys)
        case .registering, .greeting:
            fail(.unavailable, whom.map { absence(of: $0, limit) }.joined(separator: "; "))
        case .finishing:
            let verdicts = whom.compactMap { silence(of: $0, at: now, limit) }
            guard verdicts.count == whom.count else { return }
            actions.append(
                .notice("\(listing(whom)) did not acknowledge the end within \(limit.spoken)"))
            part(at: now)
        case .parting:
            actions.append(
                .notice("the rendezvous did not acknowledge the end within \(limit.spoken)"))
            conclude(at: now)
        case .running where isOutOfRoom: fail(.configuration, fullJournal)
        case .running:
            let verdicts = whom.compactMap { silence(of: $0, at: now, limit) }
            if !verdicts.isEmpty { fail(.unavailable, verdicts.joined(separator: "; ")) }
        case .finished, .failed: break
        }
    }

    private var isOutOfRoom: Bool {
        guard case .publish(let knowledge) = request else { return false }
        return !hasRoom(for: knowledge.byteCount)
    }

    /// Whoever refuses a key does not say so to its holder.
    private var hintAtKeys: String {
        contact?.key == nil
            ? "" : "; where it refuses the key of '\(identity.name)', it says so itself"
    }

    private func absence(of name: String, _ limit: Duration) -> String {
        guard let refusal = peers[name]?.refusal else {
            return "'\(name)' did not join within \(limit.spoken)"
        }
        return
            "'\(name)' did not join within \(limit.spoken); one of that name was refused: \(refusal)"
    }

    /// Tells a dead or unreachable peer from one that lives and does nothing; nil for one that may
    /// still be on its way, or come back.
    private func silence(of name: String, at now: Duration, _ limit: Duration) -> String? {
        let quiet = now - (peers[name]?.lastHeard ?? requestWait.since)
        guard quiet >= min(limits.beat * 8, limit / 2) else {
            // A relay waits itself for someone, of whom it will say so.
            guard peers[name]?.isRelay == false, !staysForOthers else { return nil }
            let patience = limit * max(1, stepsAhead(of: name))
            // It may itself wait for one that takes its steps again.
            let progress = peers.values.compactMap(\.lastProgress).max() ?? .zero
            let since = max(requestWait.since, progress)
            guard now - since >= patience else { return nil }
            return "'\(name)' stalled: it lives, but kept '\(identity.name)' waiting "
                + "\(patience.spoken) \(purpose)"
        }
        guard quiet >= limit else { return nil }
        return "'\(name)' died or cannot be reached: nothing was heard of it for "
            + "\(quiet.spoken), while '\(identity.name)' waited \(limit.spoken) \(purpose)"
    }

    /// How many steps a peer may have to take before it does what is waited for: one where knowledge
    /// is exchanged at every step, all that lie between two exchanges where it is not.
    private func stepsAhead(of name: String) -> Int {
        switch request {
        case .gather(let slot, _, _): slot.step - (gathered?.step ?? -1)
        case .publish:
            (peers[name]?.outstanding.first?.step ?? 0) - (peers[name]?.acknowledged?.step ?? -1)
        default: 1
        }
    }

    private func listing(_ names: [String]) -> String {
        names.map { peers[$0] == nil ? $0 : "'\($0)'" }.listed
    }
}

extension Duration {
    /// Seconds, with a decimal only for short times: `60 s`, `0.3 s`.
    var spoken: String {
        let seconds = self / .seconds(1)
        return seconds >= 10 || seconds == seconds.rounded()
            ? "\(Int(seconds)) s" : "\((seconds * 10).rounded() / 10) s"
    }
}
