import ZeroMQ

/// The sockets of a learner, and the loop of the one thread that owns them.
final class SocketLoop {
    private let driver: ExchangeDriver
    private let limits: ExchangeLimits
    private let journal: JournalWriter?
    private let context: Context
    private let inbox: Inbox
    private var poller: Poller
    /// In the order of the poller, after the inbox.
    private var channels: [Lockstep.Channel] = []
    private var connections: [Lockstep.Channel: Connection] = [:]
    /// More than this many messages of one socket are not read at once, so that none starves.
    private static let batch = 64
    /// How long a closing exchange tries to send what is left.
    private static let parting = Duration.seconds(1)

    /// Where the inbox can be reached.
    var address: String { inbox.address }

    init(
        _ driver: ExchangeDriver, endpoint: Endpoint, rendezvous: String, pupils: Int,
        limits: ExchangeLimits, journal: JournalWriter?
    ) throws {
        self.driver = driver
        self.journal = journal
        self.limits = limits
        context = try Context(maximumSockets: pupils + 16)
        inbox = try Inbox(endpoint, in: context, limits: limits)
        poller = Poller(waker: driver.waker)
        poller.add(inbox.socket)
        try connect(.rendezvous, to: rendezvous)
    }

    /// Carries messages until the driver is closed.
    func run() throws {
        var closing: Duration?
        while true {
            let work = driver.work()
            for action in work.actions { try perform(action) }
            if work.isClosing {
                let since = closing ?? driver.now
                closing = since
                let isBlocked = connections.values.contains(where: \.isBlocked)
                if !isBlocked || driver.now - since > Self.parting { return }
            }
            try serve(try poller.wait(atMost: work.wait))
        }
    }

    private func serve(_ ready: [Int]) throws {
        var events: [Lockstep.Event] = []
        for index in ready {
            if index == 0 {
                events += try receive(from: inbox.socket)
            } else {
                let channel = channels[index - 1]
                events += try receive(over: channel)
                try connections[channel]?.flush()
                watch(channel)
            }
        }
        driver.handle(events + [.tick])
    }

    private func receive(from inbox: Socket) throws -> [Lockstep.Event] {
        var events: [Lockstep.Event] = []
        while events.count < Self.batch, let frames = try inbox.receive() {
            events.append(event(Array(frames.dropFirst()), from: .inbox(route: frames[0])))
        }
        return events
    }

    private func receive(over channel: Lockstep.Channel) throws -> [Lockstep.Event] {
        var events: [Lockstep.Event] = []
        while events.count < Self.batch, let frames = try connections[channel]?.socket.receive() {
            events.append(event(frames, from: channel))
        }
        return events
    }

    private func event(_ frames: [[UInt8]], from channel: Lockstep.Channel) -> Lockstep.Event {
        do {
            return .received(
                try WireCodec.decode(frames, limit: limits.messageBytes), from: channel)
        } catch {
            return .damaged(error, from: channel)
        }
    }

    private func perform(_ action: Lockstep.Action) throws {
        switch action {
        case .connect(let pupil, let address): try connect(.pupil(pupil), to: address)
        case .send(let message, let channels): try send(message, to: channels)
        case .recall(let slot, let pupil): try recall(slot, for: pupil)
        case .release(let step): try journal?.release(before: step)
        case .notice(let text): driver.notice(text)
        case .answer: break
        }
    }

    /// Looks up what a pupil has missed.
    private func recall(_ slot: Slot, for pupil: String) throws {
        guard let knowledge = try journal?.knowledge(step: slot.step, phase: slot.phase) else {
            throw ExchangeFailure(
                exitCode: 65,
                message: "the journal lacks what was published at \(slot), which '\(pupil)' needs")
        }
        driver.handle([.recalled(knowledge, for: pupil)])
    }

    private func connect(_ channel: Lockstep.Channel, to address: String) throws {
        if connections[channel] != nil {
            try connections[channel]?.redirect(to: address)
            return
        }
        let connection = try Connection(to: address, in: context, limits: limits)
        connections[channel] = connection
        channels.append(channel)
        poller.add(connection.socket)
    }

    /// Encodes once, whatever the number of receivers.
    private func send(_ message: Message, to channels: [Lockstep.Channel]) throws {
        let frames = WireCodec.encode(message)
        for channel in channels {
            if case .inbox(let route) = channel {
                // A lost answer is repaired: acknowledgements are said again at every beat, the
                // others when what they answer is said again.
                _ = try inbox.socket.send([route] + frames)
            } else {
                try connections[channel]?.send(frames, isRepeated: message.content.isRepeated)
                watch(channel)
            }
        }
    }

    private func watch(_ channel: Lockstep.Channel) {
        guard let index = channels.firstIndex(of: channel) else { return }
        poller.watchSending(connections[channel]?.isBlocked == true, at: index + 1)
    }
}
