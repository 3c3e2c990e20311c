import CohortGraph
import Dispatch
import Synchronization
import ZeroMQ

/// Where learners find one another by this address alone.
///
/// Each registers its inbox; when all expected learners have, each receives its neighbours'
/// addresses. A learner that starts again registers again and gets the roster at once. Learners
/// need the rendezvous only to join.
public final class Rendezvous: Sendable {
    /// Who may register.
    public enum Security: Sendable {
        /// Whoever reaches the socket, under any name that is expected.
        case plain
        /// CURVE: the holders of these keys, each by its own name.
        case curve(keys: CurveKeyPair, allowed: AllowList)
    }

    /// What learners connect to.
    public let address: String
    private let waker: Waker
    private let orders: Orders
    private let ended: DispatchSemaphore

    private final class Orders: Sendable {
        /// Whose ends are still taken; nil before it is asked to stop.
        let stop = Mutex<Set<String>?>(nil)
        /// Whom to give up.
        let lost = Mutex<[String]>([])
    }

    /// How long it stays for those that end at the same time.
    private static let patience = Duration.seconds(2)

    private final class Bound: Sendable {
        let address = Mutex("")
    }

    /// Binds and serves, on a thread of its own, until `stop()`.
    ///
    /// - Parameters:
    ///   - run: 16 bytes; see ``ExchangeIdentity/runIdentifier(of:)``.
    ///   - configurationDigest: 32 bytes.
    ///   - settings: what the digest is of, for those that are refused.
    ///   - expected: the names of the learners, in the order of the configuration.
    ///   - neighbourhood: whose addresses each of them is sent; nil where each is sent all.
    ///   - optional: those of them who may come later, or never.
    ///   - security: how the rendezvous and the learners prove who they are.
    ///   - notice: called with who is waited for and who is refused, on the rendezvous' own thread.
    /// - Throws: ``ExchangeFailure`` where the endpoint cannot be bound.
    public init(
        run: [UInt8], configurationDigest: [UInt8], settings: AgreedSettings = AgreedSettings(),
        expected: [String],
        neighbourhood: Neighbourhood? = nil, optional: Set<String> = [], endpoint: Endpoint,
        security: Security = .plain,
        limits: ExchangeLimits = ExchangeLimits(), notice: @escaping @Sendable (String) -> Void
    ) throws {
        let sender = Sender(
            run: run, configurationDigest: configurationDigest, name: "rendezvous",
            incarnation: .random(in: 1 ... .max))
        let waker = try Waker()
        let orders = Orders()
        let bound = Bound()
        let ended = DispatchSemaphore(value: 0)
        try SocketThread.start(named: "rendezvous", ended: ended) {
            let loop = try RendezvousLoop(
                endpoint: endpoint, sender: sender, expected: expected,
                neighbourhood: neighbourhood, optional: optional, settings: settings,
                security: security, limits: limits, waker: waker, notice: notice)
            bound.address.withLock { $0 = loop.address }
            return {
                do {
                    while orders.stop.withLock({ $0 }) == nil {
                        try loop.giveUp(
                            on: orders.lost.withLock { lost in
                                defer { lost = [] }
                                return lost
                            })
                        try loop.turn()
                    }
                    let last = orders.stop.withLock { $0 } ?? []
                    try loop.takeEnds(of: last, atMost: Self.patience)
                } catch {
                    notice("the rendezvous failed: \(error)")
                }
            }
        }
        address = bound.address.withLock { $0 }
        self.waker = waker
        self.orders = orders
        self.ended = ended
    }

    deinit { stop() }

    /// Sends the neighbours of a learner word that it will not come back, so that none waits for it
    /// at its end.
    public func giveUp(on name: String) {
        orders.lost.withLock { $0.append(name) }
        waker.wake()
    }

    /// Closes the socket; learners that have not joined will not be answered any more.
    ///
    /// - Parameter names: those that are about to end, and are waited for a little where they have
    ///   registered.
    public func stop(after names: Set<String> = []) {
        let wasStopping = orders.stop.withLock { stop in
            defer { stop = stop ?? names }
            return stop != nil
        }
        guard !wasStopping else { return }
        waker.wake()
        ended.wait()
    }
}

/// The rendezvous' socket, and what its thread does in turn.
private final class RendezvousLoop {
    private let context: Context
    private let inbox: Inbox
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant
    private let limits: ExchangeLimits
    private let notice: @Sendable (String) -> Void
    private var poller: Poller
    private var book: RosterBook
    /// What libzmq and the launcher may have open beside connections.
    private static let ownDescriptors = 64
    /// No more messages than this are read at once, so that a flood of them stops nothing else.
    private static let batch = 64

    var address: String { inbox.address }

    init(
        endpoint: Endpoint, sender: Sender, expected: [String], neighbourhood: Neighbourhood?,
        optional: Set<String>, settings: AgreedSettings, security: Rendezvous.Security,
        limits: ExchangeLimits, waker: Waker,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        try DescriptorLimit.require(expected.count + Self.ownDescriptors)
        context = try Context()
        inbox = try Inbox(
            endpoint, in: context, keys: security.keys, domain: sender.securityDomain,
            limits: limits, notice: notice)
        origin = clock.now
        self.limits = limits
        self.notice = notice
        poller = Poller(waker: waker)
        for socket in inbox.sockets { poller.add(socket) }
        book = RosterBook(
            sender: sender, expected: expected, neighbourhood: neighbourhood, optional: optional,
            settings: settings, keys: security.allowed?.keys, limits: limits, at: .zero)
        if let allowed = security.allowed { try inbox.admission.allow(allowed) }
    }

    private var now: Duration { clock.now - origin }

    func turn() throws {
        _ = try poller.wait(atMost: book.nextBeat - now)
        try inbox.admission.serve()
        for _ in 0..<Self.batch {
            guard let (frames, user) = try inbox.socket.receiveFromUser() else { break }
            try perform(answers(to: Array(frames.dropFirst()), over: frames[0], of: user))
        }
        try perform(book.tick(at: now))
    }

    func giveUp(on names: [String]) throws {
        for name in names { try perform(book.giveUp(on: name)) }
    }

    /// Serves until none of the registered among `names` is still there.
    func takeEnds(of names: Set<String>, atMost patience: Duration) throws {
        let deadline = now + patience
        while now < deadline, book.holds(anyOf: names) { try turn() }
    }

    private func answers(
        to frames: [[UInt8]], over route: [UInt8], of user: String?
    ) -> [RosterBook.Action] {
        do {
            let message = try WireCodec.decode(frames, limit: limits.messageBytes)
            guard inbox.admission.admits(message.sender.name, from: user) else { return [] }
            return book.receive(message, over: route, at: now)
        } catch {
            return book.receive(error, over: route)
        }
    }

    /// A lost answer is repaired by the learner, which repeats its registration.
    private func perform(_ actions: [RosterBook.Action]) throws {
        for action in actions {
            switch action {
            case .notice(let text): notice(text)
            case .send(let message, let routes):
                let outgoing = OutgoingMessage(WireCodec.encode(message))
                for route in routes { _ = try inbox.socket.send(outgoing, to: route) }
            }
        }
    }
}

extension Rendezvous.Security {
    fileprivate var keys: CurveKeyPair? {
        guard case .curve(let keys, _) = self else { return nil }
        return keys
    }

    fileprivate var allowed: AllowList? {
        guard case .curve(_, let allowed) = self else { return nil }
        return allowed
    }
}
