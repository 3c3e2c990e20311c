import ZeroMQ

/// The sockets of a learner, and what is done with them by the one thread that has them at a time.
final class SocketLoop {
    private let driver: ExchangeDriver
    private let limits: ExchangeLimits
    private let journal: JournalWriter?
    private let context: Context
    private let security: ExchangeSecurity
    private let teachers: [String]
    private let inbox: Inbox
    private var poller: Poller
    /// In the order of the poller, after the inbox.
    private var channels: [Lockstep.Channel] = []
    private var connections: [Lockstep.Channel: Connection] = [:]
    /// Since when what is left is sent.
    private var closing: Duration?
    /// More than this many messages of one socket are not read at once, so that none starves.
    private static let batch = 64
    /// What libzmq, the log and the data may have open beside connections.
    private static let ownDescriptors = 64
    /// How long a closing exchange tries to send what is left.
    private static let parting = Duration.seconds(1)

    /// Where the inbox can be reached.
    var address: String { inbox.address }

    init(
        _ driver: ExchangeDriver, domain: String, endpoint: Endpoint, rendezvous: String,
        teachers: [String], students: Int, security: ExchangeSecurity, limits: ExchangeLimits,
        journal: JournalWriter?, bell: Waker
    ) throws {
        try DescriptorLimit.require(2 * (teachers.count + students) + Self.ownDescriptors)
        self.driver = driver
        self.journal = journal
        self.limits = limits
        self.security = security
        self.teachers = teachers
        context = try Context(maximumSockets: students + 16)
        inbox = try Inbox(
            endpoint, in: context, keys: security.keys, domain: domain, limits: limits,
            notice: driver.notice)
        poller = Poller(waker: bell)
        for socket in inbox.sockets { poller.add(socket) }
        try connect(.rendezvous, to: rendezvous, curve: security.rendezvous)
    }

    /// By which another thread can wait for something new about the sockets.
    var descriptors: [Int32] { poller.descriptors }

    /// Does all there is to do.
    ///
    /// - Returns: how long one may wait for something to come.
    @discardableResult
    func work() throws -> Duration {
        while true {
            let work = driver.work()
            guard !work.actions.isEmpty else { return work.wait }
            for action in work.actions { try perform(action) }
        }
    }

    /// Waits for something to come, and does what follows from it.
    func turn() throws {
        try take(try poller.wait(atMost: try work()))
        try work()
    }

    /// Takes in all that has come, without waiting, and does what follows from it.
    ///
    /// - Returns: how long one may wait for more; nil where the exchange was closed and nothing is
    ///   left to send.
    func serve() throws -> Duration? {
        repeat {
            try work()
            let ready = try poller.wait(atMost: .zero)
            try take(ready)
            if ready.isEmpty { break }
        } while true
        let limit = try work()
        guard driver.isClosing else { return limit }
        let since = closing ?? driver.now
        closing = since
        let isBlocked = connections.values.contains(where: \.isBlocked)
        guard isBlocked, driver.now - since <= Self.parting else { return nil }
        return min(limit, .milliseconds(10))
    }

    private func take(_ ready: [Int]) throws {
        var events: [Lockstep.Event] = []
        try inbox.admission.serve()
        for index in ready {
            if index == 0 {
                events += try receiveFromInbox()
            } else if index >= inbox.sockets.count {
                let channel = channels[index - inbox.sockets.count]
                events += try receive(over: channel)
                try connections[channel]?.flush()
                watch(channel)
            }
        }
        driver.handle(events, isTick: true)
    }

    private func receiveFromInbox() throws -> [Lockstep.Event] {
        var events: [Lockstep.Event] = []
        for _ in 0..<Self.batch {
            guard let (frames, user) = try inbox.socket.receiveFromUser() else { break }
            let event = event(Array(frames.dropFirst()), from: .inbox(route: frames[0]))
            if case .received(let message, _) = event,
                !inbox.admission.admits(message.sender.name, from: user)
            {
                continue
            }
            events.append(event)
        }
        return events
    }

    private func receive(over channel: Lockstep.Channel) throws -> [Lockstep.Event] {
        var events: [Lockstep.Event] = []
        while events.count < Self.batch, let frames = try connections[channel]?.socket.receive() {
            let event = event(frames, from: channel)
            if case .received(let message, .rendezvous) = event { try admitTeachers(message) }
            events.append(event)
        }
        return events
    }

    /// Those that the roster names as teachers may connect to the inbox.
    private func admitTeachers(_ message: Message) throws {
        guard case .roster(let entries) = message.content else { return }
        let keys = entries.filter { teachers.contains($0.name) }.compactMap { entry in
            entry.contact.key.map { (entry.name, $0) }
        }
        try inbox.admission.allow(AllowList(Dictionary(keys) { first, _ in first }))
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
        case .connect(let student, let contact):
            try connect(
                .student(student), to: contact.address, curve: security.connection(to: contact))
        case .send(let message, let channels): try send(message, to: channels)
        case .recall(let stepRound, let student): try recall(stepRound, for: student)
        case .release(let step): try journal?.release(before: step)
        case .notice(let text): driver.notice(text)
        case .answer: break
        }
    }

    /// Looks up what a student has missed.
    private func recall(_ stepRound: StepRound, for student: String) throws {
        guard let knowledge = try journal?.knowledge(step: stepRound.step, round: stepRound.round)
        else {
            throw ExchangeFailure(
                exitCode: .corruptData,
                message:
                    "the journal lacks what was published at \(stepRound), which '\(student)' needs"
            )
        }
        driver.handle([.recalled(knowledge, for: student)])
    }

    private func connect(
        _ channel: Lockstep.Channel, to address: String, curve: CurveConnection?
    ) throws {
        if connections[channel] != nil {
            try connections[channel]?.redirect(to: address)
            return
        }
        let connection = try Connection(
            to: address, in: context, curve: curve, limits: limits,
            place: inbox.sockets.count + channels.count)
        connections[channel] = connection
        channels.append(channel)
        poller.add(connection.socket)
    }

    /// Encodes once, whatever the number of receivers.
    private func send(_ message: Message, to channels: [Lockstep.Channel]) throws {
        let outgoing = OutgoingMessage(WireCodec.encode(message))
        for channel in channels {
            if case .inbox(let route) = channel {
                // A lost answer is repaired: acknowledgements are repeated at every beat, the
                // others when the message that they answer is.
                _ = try inbox.socket.send(outgoing, to: route)
            } else {
                try connections[channel]?.send(outgoing, isRepeated: message.content.isRepeated)
                watch(channel)
            }
        }
    }

    private func watch(_ channel: Lockstep.Channel) {
        guard let connection = connections[channel] else { return }
        poller.watchSending(connection.isBlocked, at: connection.place)
    }
}
