import CohortGraph

/// Registering with the rendezvous, and greeting the neighbours; and those that start again.
extension Lockstep {
    mutating func register() {
        guard let contact, stage != .parting, stage != .finished else { return }
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
        case .ended where stage == .parting: conclude(at: now)
        case .refuse(let refusal) where isJoining:
            fail(
                refusal.code.exitCode,
                "the rendezvous refused '\(identity.name)': \(refusal.text)")
        default: break
        }
    }

    /// Connects to the students of the roster, and greets them.
    ///
    /// A later roster tells of those that have started again elsewhere, and of those that have ended.
    mutating func meet(_ entries: [RosterEntry], at now: Duration) {
        guard isJoining || stage == .running || stage == .finishing else { return }
        if stage == .registering { enter(.greeting, at: now) }
        for entry in entries where entry.contact.address.isEmpty {
            peers[entry.name]?.isGone = true
        }
        var isNew = false
        for student in students where peers[student]?.isGone == false {
            guard let entry = entries.first(where: { $0.name == student }) else {
                guard peers[student]?.isOptional == true else { return failForStranger(student) }
                continue
            }
            guard peers[student]?.address != entry.contact.address else { continue }
            peers[student]?.address = entry.contact.address
            peers[student]?.welcomed = false
            actions.append(.connect(student: student, entry.contact))
            isNew = true
        }
        if isNew { greetPupils() }
    }

    private mutating func failForStranger(_ student: String) {
        fail(
            .configuration, "the rendezvous knows no '\(student)', which '\(identity.name)' teaches"
        )
    }

    /// Whether all are there, or all that must be and enough of the others.
    func isComplete(at now: Duration) -> Bool {
        let unjoined = peers.values.filter { !hasArrived($0) }
        guard !unjoined.isEmpty else { return true }
        guard unjoined.allSatisfy(\.isOptional), now - stageWait.since >= limits.missing
        else { return false }
        return isQuorum(present: peers.count - unjoined.count, of: peers.count)
    }

    /// A relay must also know from where on its students need it.
    func hasArrived(_ peer: Peer) -> Bool {
        peer.isJoined
            && (relay == nil || !peer.isPupil || peer.isGone || peer.checkpointOfLife != nil)
    }

    /// Greets those that have not answered yet.
    mutating func greetPupils() {
        let greeting = Greeting(
            classes: identity.classes, sampleOrderDigest: identity.sampleOrderDigest,
            product: identity.product)
        send(.hello(greeting), to: strangers)
    }

    private var strangers: [String] {
        students.filter {
            guard let peer = peers[$0], peer.address != nil, !peer.isGone else { return false }
            return !peer.welcomed || isJoining && !hasArrived(peer)
        }
    }

    /// Welcomes or refuses one that wants to teach this learner.
    mutating func receive(
        _ greeting: Greeting, of sender: Sender, from channel: Channel, at now: Duration
    ) {
        guard case .inbox = channel, !isOfEarlierLife(sender) else { return }
        if let objection = objection(to: greeting, of: sender) {
            peers[sender.name]?.refusal = objection.text
            complain("refused '\(sender.name)': \(objection.text)")
            return reply(.refuse(objection), to: channel, of: sender.name)
        }
        admit(sender)
        hear(sender, over: channel, at: now)
        peers[sender.name]?.greeted = true
        reply(.welcome, to: channel, of: sender.name)
        tellPlace(to: [sender.name])
    }

    /// Takes note of a later life of a neighbour.
    mutating func admit(_ sender: Sender) {
        guard let incarnation = peers[sender.name]?.incarnation,
            Incarnation.isLater(sender.incarnation, than: incarnation)
        else { return }
        peers[sender.name]?.begin(life: sender.incarnation)
        // As a student it has another inbox now, which the rendezvous knows.
        if peers[sender.name]?.isPupil == true { register() }
        actions.append(.notice("'\(sender.name)' has started again"))
    }

    /// What a neighbour said before it started again may still arrive.
    private func isOfEarlierLife(_ sender: Sender) -> Bool {
        guard let incarnation = peers[sender.name]?.incarnation else { return false }
        return Incarnation.isLater(incarnation, than: sender.incarnation)
    }

    private func objection(to greeting: Greeting, of sender: Sender) -> Refusal? {
        if let objection = identity.objection(to: sender, greeting) { return objection }
        if sender.name == identity.name {
            return Refusal(.duplicateName, "there is another learner named '\(sender.name)'")
        }
        guard let peer = peers[sender.name], peer.isTeacher else {
            return Refusal(
                .unknownName, "no '\(sender.name)' teaches '\(identity.name)' in this run")
        }
        if let incarnation = peer.incarnation, incarnation != sender.incarnation,
            !Incarnation.isLater(sender.incarnation, than: incarnation)
        {
            return Refusal(
                .duplicateName, "another learner named '\(sender.name)' has joined already")
        }
        return nil
    }

    /// A student's refusal ends the run of the refused; so does a teacher's that keeps too little.
    mutating func receive(_ refusal: Refusal, of sender: Sender, from channel: Channel) {
        switch channel {
        case .student(let name) where peers[name]?.welcomed == false || refusal.code == .tooOld:
            guard name == sender.name, peers[name]?.isGone == false else { return }
            fail(refusal.code.exitCode, "'\(name)' refused '\(identity.name)': \(refusal.text)")
        case .inbox where refusal.code == .tooOld:
            guard isFromNeighbour(sender, over: channel) else { return complain(of: sender) }
            fail(
                refusal.code.exitCode,
                "'\(sender.name)' cannot teach '\(identity.name)': \(refusal.text)")
        default: break
        }
    }
}
