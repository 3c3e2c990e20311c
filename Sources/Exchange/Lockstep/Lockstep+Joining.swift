import CohortGraph

/// Registering with the rendezvous, and greeting the neighbours.
extension Lockstep {
    mutating func register() {
        guard let contact else { return }
        reply(.register(contact), to: .rendezvous)
    }

    mutating func receiveFromRendezvous(_ message: Message, at now: Duration) {
        guard isJoining else { return }
        switch message.content {
        case .roster(let entries): greet(entries, at: now)
        case .refuse(let refusal):
            fail(
                refusal.code.exitCode,
                "the rendezvous refused '\(identity.name)': \(refusal.text)")
        default: break
        }
    }

    /// Connects to the pupils of the roster, and greets them.
    ///
    /// A later roster tells of pupils that have started again elsewhere.
    mutating func greet(_ entries: [RosterEntry], at now: Duration) {
        guard stage == .registering || stage == .greeting else { return }
        if stage == .registering { enter(.greeting, at: now) }
        var isNew = false
        for pupil in pupils where peers[pupil]?.welcomed == false {
            guard let entry = entries.first(where: { $0.name == pupil }) else {
                return fail(
                    78, "the rendezvous knows no '\(pupil)', which '\(identity.name)' teaches")
            }
            guard peers[pupil]?.address != entry.contact.address else { continue }
            peers[pupil]?.address = entry.contact.address
            actions.append(.connect(pupil: pupil, entry.contact))
            isNew = true
        }
        if isNew { greetPupils() }
    }

    /// Greets those that have not answered yet.
    mutating func greetPupils() {
        let greeting = Greeting(
            classes: identity.classes, sampleOrderDigest: identity.sampleOrderDigest,
            product: identity.product)
        send(.hello(greeting), to: pupils.filter { peers[$0]?.welcomed == false })
    }

    /// Welcomes or refuses one that wants to teach this learner.
    mutating func receive(
        _ greeting: Greeting, of sender: Sender, from channel: Channel, at now: Duration
    ) {
        guard case .inbox = channel else { return }
        if let objection = objection(to: greeting, of: sender) {
            peers[sender.name]?.refusal = objection.text
            complain("refused '\(sender.name)': \(objection.text)")
            return reply(.refuse(objection), to: channel, of: sender.name)
        }
        hear(sender, over: channel, at: now)
        peers[sender.name]?.greeted = true
        reply(.welcome, to: channel, of: sender.name)
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
        if let incarnation = peer.incarnation, incarnation != sender.incarnation {
            return Refusal(
                .duplicateName, "another learner named '\(sender.name)' has joined already")
        }
        return nil
    }

    /// A pupil's refusal ends the run of the refused.
    mutating func receive(_ refusal: Refusal, of sender: Sender, from channel: Channel) {
        guard case .pupil(let name) = channel, peers[name]?.welcomed == false else { return }
        fail(refusal.code.exitCode, "'\(name)' refused '\(identity.name)': \(refusal.text)")
    }
}
