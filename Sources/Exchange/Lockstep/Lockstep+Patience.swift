import CohortGraph

/// What happens without any message: signs of life, repeated greetings, notices and limits.
extension Lockstep {
    /// The time is counted in beats, so that a process that was stopped (Ctrl-Z, a sleeping
    /// laptop) does not blame its peers for the time that it missed itself.
    mutating func beat(at now: Duration) {
        guard now >= nextBeat else { return }
        forgive(now - nextBeat)
        nextBeat = now + limits.beat
        repeatMessages()
        remind(at: now)
        expire(at: now)
    }

    private mutating func forgive(_ delay: Duration) {
        guard delay > limits.beat * 10 else { return }
        stageWait.since += delay
        requestWait.since += delay
        for name in neighbours { peers[name]?.lastHeard? += delay }
    }

    private mutating func repeatMessages() {
        switch stage {
        case .registering: register()
        case .greeting:
            register()
            greetPupils()
            acknowledge()
        case .running, .finishing:
            send(.alive, to: pupils.filter { peers[$0]?.end == nil })
            acknowledge()
            if stage == .finishing { announceEnd() }
        case .finished, .failed: break
        }
    }

    private mutating func remind(at now: Duration) {
        let waited = now - wait.since
        guard waited >= limits.notice * (wait.notices + 1), let whom = awaited, !whom.isEmpty
        else { return }
        if isJoining { stageWait.notices += 1 } else { requestWait.notices += 1 }
        let seconds = waited.components.seconds
        actions.append(.notice("waiting \(seconds) s for \(listing(whom)) \(purpose)"))
    }

    var isJoining: Bool { stage == .registering || stage == .greeting }

    private var wait: Wait { isJoining ? stageWait : requestWait }

    /// Who keeps the learner waiting; `nil` where it is not waiting.
    private var awaited: [String]? {
        switch stage {
        case .registering: return ["the rendezvous"]
        case .greeting: return neighbours.filter { peers[$0]?.isJoined == false }
        case .running, .finishing: break
        case .finished, .failed: return nil
        }
        return switch request {
        case nil, .join: nil
        case .publish(let knowledge):
            pupilsBehind(Slot(step: knowledge.step, phase: knowledge.phase))
        case .gather(let slot, _): teachersMissing(slot)
        case .finish: unsettled
        }
    }

    private var purpose: String {
        if stage == .registering { return "to send the roster" }
        if stage == .greeting { return "to join" }
        return switch request {
        case nil, .join: ""
        case .publish(let knowledge): "to catch up with step \(knowledge.step)"
        case .gather(let slot, _): "at \(slot)"
        case .finish: "to acknowledge the end"
        }
    }

    private mutating func expire(at now: Duration) {
        let limit = isJoining ? limits.joining : limits.step
        guard let whom = awaited, now - wait.since >= limit else { return }
        switch stage {
        case .registering where contact != nil:
            // The rendezvous says at its own limit who is missing: leave it the time to do so.
            guard now - wait.since >= limit + limits.beat * 4 else { return }
            fail(69, "the rendezvous sent no roster within \(limit.spoken)" + hintAtKeys)
        case .registering, .greeting:
            fail(69, whom.map { absence(of: $0, limit) }.joined(separator: "; "))
        case .finishing:
            actions.append(
                .notice("\(listing(whom)) did not acknowledge the end within \(limit.spoken)"))
            enter(.finished, at: now)
            answer(.done)
        case .running:
            let verdicts = whom.compactMap { silence(of: $0, at: now, limit) }
            if !verdicts.isEmpty { fail(69, verdicts.joined(separator: "; ")) }
        case .finished, .failed: break
        }
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
    /// still be on its way.
    private func silence(of name: String, at now: Duration, _ limit: Duration) -> String? {
        let quiet = now - (peers[name]?.lastHeard ?? requestWait.since)
        guard quiet >= min(limits.beat * 8, limit / 2) else {
            let patience = limit * max(1, stepsAhead(of: name))
            guard now - requestWait.since >= patience else { return nil }
            return "'\(name)' stalled: it lives, but kept '\(identity.name)' waiting "
                + "\(patience.spoken) \(purpose)"
        }
        return "'\(name)' died or cannot be reached: nothing was heard of it for "
            + "\(quiet.spoken), while '\(identity.name)' waited \(limit.spoken) \(purpose)"
    }

    /// How many steps a peer may have to take before it does what is waited for: one where knowledge
    /// is exchanged at every step, all that lie between two exchanges where it is not.
    private func stepsAhead(of name: String) -> Int {
        switch request {
        case .gather(let slot, _): slot.step - (gathered?.step ?? -1)
        case .publish:
            (peers[name]?.outstanding.first?.step ?? 0) - (peers[name]?.acknowledged?.step ?? -1)
        default: 1
        }
    }

    private func listing(_ names: [String]) -> String {
        names.map { stage == .registering ? $0 : "'\($0)'" }.joined(separator: " and ")
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
