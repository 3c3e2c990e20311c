import Bytes
import CohortGraph

/// Sending to and receiving from neighbours.
extension Lockstep {
    /// Whom a message goes to, where that is known, and how.
    private typealias Receiver = (name: String?, channel: Channel)

    /// Sends to neighbours, each over its own channel.
    mutating func send(_ content: Content, _ position: Position = Position(), to names: [String]) {
        post(content, position, channels(to: names))
    }

    /// Sends to teachers, back the way that their messages come.
    mutating func sendBack(_ content: Content, _ position: Position, to teachers: [String]) {
        post(content, position, routes(to: teachers))
    }

    /// Answers a message over its channel; `name` is its sender's, if that is known.
    mutating func reply(
        _ content: Content, _ position: Position = Position(), to channel: Channel,
        of name: String? = nil
    ) {
        post(content, position, [(name, channel)])
    }

    private mutating func post(
        _ content: Content, _ position: Position, _ receivers: [Receiver]
    ) {
        guard !receivers.isEmpty else { return }
        let message = Message(sender: identity.sender, position: position, content: content)
        let size = WireCodec.byteCount(of: message)
        for case (let name?, _) in receivers { peers[name]?.traffic.countSent(size) }
        actions.append(.send(message, to: receivers.map(\.channel)))
    }

    private func channels(to names: [String]) -> [Receiver] {
        names.compactMap { name in channel(to: name).map { (name, $0) } }
    }

    private func channel(to name: String) -> Channel? {
        if peers[name]?.isPupil == true { return .student(name) }
        return peers[name]?.route.map { .inbox(route: $0) }
    }

    private func routes(to names: [String]) -> [Receiver] {
        names.compactMap { name in
            peers[name]?.route.map { (name, .inbox(route: $0)) }
        }
    }

    mutating func receive(_ message: Message, from channel: Channel, at now: Duration) {
        peers[message.sender.name]?.traffic.countReceived(WireCodec.byteCount(of: message))
        if channel == .rendezvous { return receiveFromRendezvous(message, at: now) }
        switch message.content {
        case .hello(let greeting):
            receive(greeting, of: message.sender, from: channel, at: now)
        case .refuse(let refusal):
            receive(refusal, of: message.sender, from: channel)
        default:
            if case .welcome = message.content { admit(message.sender, from: channel) }
            guard isFromNeighbour(message.sender, over: channel) else {
                return complain(of: message.sender)
            }
            hear(message.sender, over: channel, at: now)
            take(message, from: channel, at: now)
        }
    }

    /// Notes a sign of life, and the way back to a teacher.
    mutating func hear(_ sender: Sender, over channel: Channel, at now: Duration) {
        let route: [UInt8]? = if case .inbox(let route) = channel { route } else { nil }
        peers[sender.name]?.hear(sender.incarnation, route: route, at: now)
    }

    /// A student that has started again welcomes this learner.
    private mutating func admit(_ sender: Sender, from channel: Channel) {
        guard channel == .student(sender.name), isOfThisRun(sender) else { return }
        admit(sender)
    }

    private func isOfThisRun(_ sender: Sender) -> Bool {
        sender.run == identity.sender.run
            && sender.configurationDigest == identity.sender.configurationDigest
    }

    /// A message counts if its sender is the neighbour that greeted, over a channel of its own.
    func isFromNeighbour(_ sender: Sender, over channel: Channel) -> Bool {
        guard let peer = peers[sender.name], isOfThisRun(sender) else { return false }
        switch channel {
        case .inbox: return peer.greeted && peer.incarnation == sender.incarnation
        case .student(let name):
            return name == sender.name
                && (peer.incarnation == nil || peer.incarnation == sender.incarnation)
        case .rendezvous: return false
        }
    }

    private mutating func take(_ message: Message, from channel: Channel, at now: Duration) {
        let name = message.sender.name
        let slot = Slot(message.position)
        let isDeclared =
            switch message.content {
            case .alive, .acknowledge: true
            default: false
            }
        peers[name]?.come(to: slot.step, byItsOwnWord: isDeclared, at: now)
        switch message.content {
        case .welcome:
            peers[name]?.welcomed = true
            supply(name)
        case .knowledge(let tensors):
            // Of a student that takes in what comes late this says nothing of what it was taught.
            if lanes.to[name]?.keepsLate != true,
                let used = schedule.last(before: message.position.usedSteps)
            {
                peers[name]?.acknowledge(used)
                supply(name)
            }
            take(tensors, at: message.position, from: name)
        case .acknowledge:
            peers[name]?.acknowledge(slot)
            supply(name)
            if lanes.to[name]?.keepsLate == true { release() }
        case .need: teach(name, from: slot)
        case .checkpoint: keep(from: slot.step, for: name)
        case .end: takeEnd(of: name, at: slot, from: channel)
        case .ended: peers[name]?.knowsOfEnd = true
        case .leave(let reason): lose(name, reason)
        case .alive: hearSign(of: name)
        case .hello, .refuse, .register, .roster: break
        }
    }

    private mutating func takeEnd(of name: String, at slot: Slot, from channel: Channel) {
        peers[name]?.end = slot
        peers[name]?.owesEnded = channel
        settleEnds()
    }

    private mutating func lose(_ name: String, _ reason: String) {
        guard !isEnding, peers[name]?.end == nil else {
            peers[name]?.knowsOfEnd = true
            return
        }
        guard peers[name]?.isOptional == false else {
            peers[name]?.isGone = true
            return complain("'\(name)' left the cohort, which goes on without it: \(reason)")
        }
        fail(
            ExchangeFailure(
                exitCode: .unavailable, message: "'\(name)' left the cohort: \(reason)",
                departed: name))
    }

    /// Says once that a message was not taken.
    mutating func complain(_ complaint: String) {
        guard complaints.count < 100, complaints.insert(complaint).inserted else { return }
        actions.append(.notice(complaint))
    }

    mutating func complain(of sender: Sender) {
        complain(
            "ignored a message of '\(sender.name)' (start \(sender.incarnation)), "
                + "which has not joined run \(identity.sender.spokenRun) here")
    }

    mutating func complain(of error: WireError, from channel: Channel) {
        switch channel {
        case .inbox:
            if error.field == .version {
                reply(.refuse(Refusal(.protocolVersion, "\(error)")), to: channel)
            }
            complain("ignored a damaged message to the inbox (\(error.field.rawValue))")
        case .student(let name):
            if error.field == .version, peers[name]?.welcomed == false {
                fail(.version, "'\(name)' speaks another version of the protocol: \(error)")
            }
            complain("ignored a damaged message of '\(name)': \(error)")
        case .rendezvous:
            if error.field == .version, stage == .registering {
                fail(.version, "the rendezvous speaks another version of the protocol: \(error)")
            }
            complain("ignored a damaged message of the rendezvous: \(error)")
        }
    }
}

extension Traffic {
    fileprivate mutating func countSent(_ bytes: Int) {
        messagesSent += 1
        bytesSent += bytes
    }

    fileprivate mutating func countReceived(_ bytes: Int) {
        messagesReceived += 1
        bytesReceived += bytes
    }
}
