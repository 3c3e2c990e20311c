import CohortGraph

/// Registering with the rendezvous, and greeting the neighbours; and those that start again.
extension Lockstep {
    mutating func register() {
        guard let contact, !isParting, !isFinished else { return }
        reply(.register(contact), to: .rendezvous)
    }

    mutating func receiveFromRendezvous(_ message: Message, at now: Duration) {
        switch message.content {
        case .roster(let entries):
            // An older one would lead back to where someone was before.
            let number = message.position.step
            if let roster, roster.incarnation == message.sender.incarnation,
                number < roster.number
            {
                return
            }
            roster = (message.sender.incarnation, number)
            meet(entries, at: now)
        case .ended where isParting: conclude(at: now)
        case .refuse(let refusal) where isJoining:
            fail(
                refusal.code.exitCode,
                "the rendezvous refused '\(identity.name)': \(explained(refusal))")
        default: break
        }
    }

    /// Connects to the students of the roster, and greets them.
    ///
    /// A later roster holds the new addresses of those that started again, and no address for those
    /// that have ended.
    mutating func meet(_ entries: [RosterEntry], at now: Duration) {
        guard isJoining || isRunning || isFinishing else { return }
        if isRegistering { enter(.greeting(Wait(since: now)), at: now) }
        for entry in entries where entry.contact.address.isEmpty {
            peers[entry.name]?.life.isGone = true
        }
        var isNew = false
        for student in students where peers[student]?.life.isGone == false {
            guard let entry = entries.first(where: { $0.name == student }) else {
                guard peers[student]?.role.isOptional == true else {
                    return failForUnknown(student)
                }
                continue
            }
            guard peers[student]?.life.address != entry.contact.address else { continue }
            peers[student]?.life.address = entry.contact.address
            peers[student]?.life.welcomed = false
            actions.append(.connect(student: student, entry.contact))
            isNew = true
        }
        if isNew { greetStudents() }
    }

    private mutating func failForUnknown(_ student: String) {
        fail(
            .configuration, "the rendezvous knows no '\(student)', which '\(identity.name)' teaches"
        )
    }

    /// Whether all are there, or all that must be and enough of the others.
    func isComplete(since start: Duration, at now: Duration) -> Bool {
        let unjoined = peers.values.filter { !hasArrived($0) }
        guard !unjoined.isEmpty else { return true }
        guard unjoined.allSatisfy(\.role.isOptional), now - start >= limits.missing
        else { return false }
        return isQuorum(present: peers.count - unjoined.count, of: peers.count)
    }

    /// A relay must also have the checkpoints of its students.
    func hasArrived(_ peer: Peer) -> Bool {
        peer.isJoined
            && (relay == nil || !peer.role.isStudent || peer.life.isGone
                || peer.outbound.checkpointOfLife != nil)
    }

    /// Greets those that have not answered yet.
    mutating func greetStudents() {
        for student in unwelcomed {
            var greeting = identity.greeting
            greeting.inputs = links.to[student]?.inputs
            send(.hello(greeting), to: [student])
        }
    }

    private var unwelcomed: [String] {
        students.filter {
            guard let peer = peers[$0], peer.life.address != nil, !peer.life.isGone else {
                return false
            }
            return !peer.life.welcomed || isJoining && !hasArrived(peer)
        }
    }

    /// Welcomes or refuses one that wants to teach this learner.
    mutating func receive(
        _ greeting: Greeting, of sender: Sender, from channel: Channel, at now: Duration
    ) {
        guard case .inbox = channel, !isOfEarlierLife(sender) else { return }
        if let objection = objection(to: greeting, of: sender) {
            peers[sender.name]?.life.refusal = objection.text
            warn("refused '\(sender.name)': \(objection.text)")
            return reply(.refuse(objection), to: channel, of: sender.name)
        }
        admit(sender)
        noteSender(sender, over: channel, at: now)
        peers[sender.name]?.life.greeted = true
        reply(.welcome, to: channel, of: sender.name)
        sendNeeds(to: [sender.name])
    }

    /// Takes note of a later life of a neighbour.
    mutating func admit(_ sender: Sender) {
        guard let incarnation = peers[sender.name]?.life.incarnation,
            Incarnation.isLater(sender.incarnation, than: incarnation)
        else { return }
        peers[sender.name]?.begin(life: sender.incarnation)
        // As a student it has another inbox now, which the next roster names.
        if peers[sender.name]?.role.isStudent == true { register() }
        actions.append(.notice("'\(sender.name)' has started again"))
    }

    /// A message of a neighbour's earlier life may still arrive.
    private func isOfEarlierLife(_ sender: Sender) -> Bool {
        guard let incarnation = peers[sender.name]?.life.incarnation else { return false }
        return Incarnation.isLater(incarnation, than: sender.incarnation)
    }

    private func objection(to greeting: Greeting, of sender: Sender) -> Refusal? {
        let inputs = links.from[sender.name]?.inputs
        if let objection = identity.objection(to: sender, greeting, taking: inputs) {
            return objection
        }
        if sender.name == identity.name {
            return Refusal(.duplicateName, "there is another learner named '\(sender.name)'")
        }
        guard let peer = peers[sender.name], peer.role.isTeacher else {
            return Refusal(
                .unknownName, "no '\(sender.name)' teaches '\(identity.name)' in this run")
        }
        if let incarnation = peer.life.incarnation, incarnation != sender.incarnation,
            !Incarnation.isLater(sender.incarnation, than: incarnation)
        {
            return Refusal(
                .duplicateName, "another learner named '\(sender.name)' has joined already")
        }
        return nil
    }

    /// The text of a refusal, with the settings that differ where the other side sent its own.
    private func explained(_ refusal: Refusal) -> String {
        let differences = identity.settings.differences(from: refusal.settings)
        return differences.isEmpty ? refusal.text : "\(refusal.text) (\(differences))"
    }

    /// A student's refusal ends the run of the refused; so does a teacher's that keeps too little.
    mutating func receive(_ refusal: Refusal, of sender: Sender, from channel: Channel) {
        switch channel {
        case .student(let name)
        where peers[name]?.life.welcomed == false || refusal.code == .tooOld:
            guard name == sender.name, peers[name]?.life.isGone == false else { return }
            fail(
                refusal.code.exitCode,
                "'\(name)' refused '\(identity.name)': \(explained(refusal))")
        case .inbox where refusal.code == .tooOld:
            guard isFromNeighbour(sender, over: channel) else { return warn(of: sender) }
            fail(
                refusal.code.exitCode,
                "'\(sender.name)' cannot teach '\(identity.name)': \(refusal.text)")
        default: break
        }
    }
}
