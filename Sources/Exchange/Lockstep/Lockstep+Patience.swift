import CohortGraph

/// What happens without any message: signs of life, repeated greetings, notices and limits.
extension Lockstep {
    mutating func tick(at now: Duration) {
        if now >= pendingSince + limits.missing { gather?.isLimited = false }
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
        if isJoining { wait?.since += delay }
        pending?.wait.since += delay
        for name in neighbours {
            peers[name]?.life.lastHeard? += delay
            peers[name]?.life.progress.lastAdvance? += delay
        }
    }

    /// How far this learner has come, so that nobody takes it for one that stalls.
    private var place: Position {
        Position(step: max(published?.step ?? 0, gathered?.step ?? 0))
    }

    /// Whether a neighbour that is silent, or a student that answers no greeting, may have started
    /// again elsewhere.
    private func needsRoster(at now: Duration) -> Bool {
        let recently = now - limits.beat * 4
        return peers.values.contains { peer in
            !peer.isSettled
                && (peer.role.isStudent && !peer.life.welcomed
                    || peer.life.lastHeard.map { $0 <= recently } ?? true)
        }
    }

    /// Asks for knowledge that is waited for and may have been lost: its sender is known to be that
    /// far, by a message sent after the knowledge over the same connection. To ask while the
    /// knowledge is on its way would double what a slow network has to carry.
    private mutating func askAgain(at now: Duration) {
        guard let gather, now - pendingSince >= limits.beat else { return }
        let awaited = teachersAwaited(gather, at: now).filter { peers[$0]?.life.greeted == true }
        ask(
            awaited.filter { !acceptsLate($0) && hasCome($0, to: gather.stepRound) },
            from: gather.stepRound)
        for name in awaited where acceptsLate(name) {
            let next = firstNeeded(from: name)
            if hasCome(name, to: next) { ask([name], from: next) }
        }
    }

    private func hasCome(_ name: String, to stepRound: StepRound) -> Bool {
        peers[name]?.life.progress.step ?? -1 >= stepRound.step
    }

    private var unsettledStudents: [String] { students.filter { peers[$0]?.isSettled == false } }

    private mutating func repeatMessages(at now: Duration) {
        switch stage {
        case .registering: register()
        case .greeting:
            register()
            greetStudents()
            acknowledge(to: teachers)
            if relay != nil { forwardCheckpoints() }
        case .running, .finishing:
            if needsRoster(at: now) { register() }
            greetStudents()
            send(.alive, place, to: unsettledStudents)
            acknowledge(to: teachers)
            sendCheckpoints(to: greetedTeachers)
            askAgain(at: now)
            if isFinishing { announceEnd() }
        case .parting: sendEndToRendezvous()
        case .finished, .failed: break
        }
    }

    private mutating func remind(at now: Duration) {
        guard let wait else { return }
        let waited = now - wait.since
        guard waited >= limits.notice * (wait.notices + 1), let whom = awaited(at: now),
            !whom.isEmpty
        else { return }
        self.wait?.notices += 1
        let seconds = waited.components.seconds
        actions.append(.notice("waiting \(seconds) s for \(listing(whom)) \(purpose)"))
    }

    /// Who keeps the learner waiting; `nil` where it is not waiting.
    private func awaited(at now: Duration) -> [String]? {
        switch stage {
        case .registering, .parting: return ["the rendezvous"]
        case .greeting: return neighbours.filter { peers[$0].map(hasArrived) == false }
        case .running, .finishing: break
        case .finished, .failed: return nil
        }
        return switch pending?.task {
        case nil, .join: nil
        case .publish(let knowledge):
            hasRoom(for: knowledge.byteCount) ? studentsBehind(StepRound(knowledge)) : keepers
        case .gather(let gather): teachersAwaited(gather, at: now)
        case .finish: unsettled
        }
    }

    private var purpose: String {
        if isRegistering { return "to send the roster" }
        if isGreeting { return "to join" }
        return switch pending?.task {
        case nil, .join: ""
        case .publish(let knowledge):
            hasRoom(for: knowledge.byteCount)
                ? "to catch up with step \(knowledge.step)"
                : "to make a checkpoint, as the journal is full"
        case .gather(let gather): "at \(gather.stepRound)"
        case .finish: "to acknowledge the end"
        }
    }

    private mutating func expire(at now: Duration) {
        // Whoever starts again waits no longer than that for one that has ended.
        let limit = isJoining || isParting ? limits.joining : limits.step
        guard let whom = awaited(at: now), let wait, now - wait.since >= limit else { return }
        switch stage {
        case .registering where contact != nil:
            // The rendezvous names the missing at its own limit: leave it the time to do so.
            guard now - wait.since >= limit + limits.beat * 4 else { return }
            fail(
                .unavailable, "the rendezvous sent no roster within \(limit.readable)" + hintAtKeys)
        case .registering, .greeting:
            fail(.unavailable, whom.map { absence(of: $0, limit) }.joined(separator: "; "))
        case .finishing:
            let verdicts = whom.compactMap { silence(of: $0, at: now, limit) }
            guard verdicts.count == whom.count else { return }
            actions.append(
                .notice("\(listing(whom)) did not acknowledge the end within \(limit.readable)"))
            part(at: now)
        case .parting:
            actions.append(
                .notice("the rendezvous did not acknowledge the end within \(limit.readable)"))
            conclude(at: now)
        case .running where isOutOfRoom: fail(.configuration, fullJournal)
        case .running:
            let verdicts = whom.compactMap { silence(of: $0, at: now, limit) }
            if !verdicts.isEmpty { fail(.unavailable, verdicts.joined(separator: "; ")) }
        case .finished, .failed: break
        }
    }

    private var isOutOfRoom: Bool {
        guard case .publish(let knowledge) = pending?.task else { return false }
        return !hasRoom(for: knowledge.byteCount)
    }

    /// Whoever refuses a key sends its holder no answer.
    private var hintAtKeys: String {
        contact?.key == nil
            ? "" : "; where it refuses the key of '\(identity.name)', it says so itself"
    }

    private func absence(of name: String, _ limit: Duration) -> String {
        guard let refusal = peers[name]?.life.refusal else {
            return "'\(name)' did not join within \(limit.readable)"
        }
        return "'\(name)' did not join within \(limit.readable); one of that name was refused: "
            + refusal
    }

    /// Tells a dead or unreachable peer from one that lives and does nothing; nil for one that may
    /// still be on its way, or come back.
    private func silence(of name: String, at now: Duration, _ limit: Duration) -> String? {
        let quiet = now - (peers[name]?.life.lastHeard ?? pendingSince)
        guard quiet >= min(limits.beat * 8, limit / 2) else {
            // A relay waits for someone itself, and names it.
            guard peers[name]?.role.isRelay == false, !servesAfterEnd else { return nil }
            let patience = limit * max(1, stepsAhead(of: name))
            // It may itself wait for one that takes its steps again.
            let progress = peers.values.compactMap(\.life.progress.lastAdvance).max() ?? .zero
            let since = max(pendingSince, progress)
            guard now - since >= patience else { return nil }
            return "'\(name)' stalled: it lives, but kept '\(identity.name)' waiting "
                + "\(patience.readable) \(purpose)"
        }
        guard quiet >= limit else { return nil }
        return "'\(name)' died or cannot be reached: nothing was heard of it for "
            + "\(quiet.readable), while '\(identity.name)' waited \(limit.readable) \(purpose)"
    }

    /// How many steps a peer may have to take before it does what is waited for: one where
    /// knowledge is exchanged at every step, all that lie between two exchanges where it is not.
    private func stepsAhead(of name: String) -> Int {
        switch pending?.task {
        case .gather(let gather): gather.stepRound.step - (gathered?.step ?? -1)
        case .publish:
            (peers[name]?.outbound.lookAhead.outstanding.first?.step ?? 0)
                - (peers[name]?.outbound.lookAhead.acknowledged?.step ?? -1)
        default: 1
        }
    }

    private func listing(_ names: [String]) -> String {
        names.map { peers[$0] == nil ? $0 : "'\($0)'" }.listed
    }
}

extension Duration {
    /// Seconds, with a decimal only for short times: `60 s`, `0.3 s`.
    var readable: String {
        let seconds = self / .seconds(1)
        return seconds >= 10 || seconds == seconds.rounded()
            ? "\(Int(seconds)) s" : "\((seconds * 10).rounded() / 10) s"
    }
}
