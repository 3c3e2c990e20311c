import CohortGraph
import Dispatch
import Synchronization

/// Learners of one process that exchange without sockets, by the same lockstep.
///
///     let hub = InMemoryHub()
///     let a = hub.exchange(identity: a, teachers: [Lane("b")], pupils: [Lane("b")])
///     let b = hub.exchange(identity: b, teachers: [Lane("a")], pupils: [Lane("a")])
public final class InMemoryHub: Sendable {
    fileprivate struct Member {
        var lockstep: Lockstep
        let answered: DispatchSemaphore
        var answer: Lockstep.Answer?
    }

    private let members = Mutex<[String: Member]>([:])
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant

    public init() { origin = clock.now }

    /// A learner's side. Messages to learners that have none yet are lost, and said again.
    public func exchange(
        identity: ExchangeIdentity, teachers: [Lane], pupils: [Lane],
        limits: ExchangeLimits = ExchangeLimits(beat: .milliseconds(20))
    ) -> InMemoryExchange {
        let lockstep = Lockstep(
            identity: identity, teachers: teachers, pupils: pupils, contact: nil, limits: limits,
            at: now)
        let member = Member(lockstep: lockstep, answered: DispatchSemaphore(value: 0))
        members.withLock { $0[identity.name] = member }
        let roster = pupils.map { RosterEntry(name: $0.peer, contact: Contact(address: $0.peer)) }
        handle(.roster(roster), of: identity.name)
        return InMemoryExchange(name: identity.name, hub: self)
    }

    fileprivate var now: Duration { clock.now - origin }

    /// Lets one learner take an event in, and all the events that follow from it.
    fileprivate func handle(_ event: Lockstep.Event, of name: String) {
        let now = now
        members.withLock { members in
            var pending = [(name, event)]
            while !pending.isEmpty {
                let (name, event) = pending.removeFirst()
                for action in members[name]?.lockstep.handle(event, at: now) ?? [] {
                    switch action {
                    case .answer(let answer):
                        members[name]?.answer = answer
                        members[name]?.answered.signal()
                    case .send(let message, let channels):
                        pending += channels.compactMap { Self.delivery(message, over: $0) }
                    case .connect, .notice: break
                    }
                }
            }
        }
    }

    /// A teacher's route is its name.
    private static func delivery(
        _ message: Message, over channel: Lockstep.Channel
    ) -> (String, Lockstep.Event)? {
        let sender = message.sender.name
        return switch channel {
        case .pupil(let name):
            (name, .received(message, from: .inbox(route: Array(sender.utf8))))
        case .inbox(let route):
            (String(decoding: route, as: UTF8.self), .received(message, from: .pupil(sender)))
        case .rendezvous: nil
        }
    }

    /// Has a request carried out; while it waits, this thread is the learner's clock.
    fileprivate func answer(to request: Lockstep.Request, of name: String) -> Lockstep.Answer {
        handle(.request(request), of: name)
        guard
            let (answered, beat) = members.withLock({ members in
                members[name].map { ($0.answered, $0.lockstep.limits.beat) }
            })
        else { preconditionFailure("'\(name)' is not a member of the hub") }
        let (seconds, attoseconds) = beat.components
        let nanoseconds = Int(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        while answered.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .timedOut {
            handle(.tick, of: name)
        }
        return members.withLock { $0[name]!.answer.take()! }
    }

    fileprivate func traffic(of name: String) -> [String: Traffic] {
        members.withLock { $0[name]?.lockstep.traffic ?? [:] }
    }
}

/// One learner's side of an ``InMemoryHub``.
public final class InMemoryExchange: KnowledgeExchange {
    private let name: String
    private let hub: InMemoryHub

    fileprivate init(name: String, hub: InMemoryHub) {
        self.name = name
        self.hub = hub
    }

    public func join() throws { _ = try hub.answer(to: .join, of: name).checked() }

    public func publish(_ knowledge: Knowledge) throws {
        _ = try hub.answer(to: .publish(knowledge), of: name).checked()
    }

    public func gather(step: Int, phase: Phase, batchDigest: UInt64) throws -> Gathering {
        let slot = Slot(step: step, phase: phase)
        return try hub.answer(to: .gather(slot, batchDigest: batchDigest), of: name).gathering()
    }

    public func finish(lastStep: Int) throws {
        _ = try hub.answer(to: .finish(lastStep: lastStep), of: name).checked()
    }

    public func leave(reason: String) { hub.handle(.leave(reason: reason), of: name) }

    public func cancel(_ failure: ExchangeFailure) { hub.handle(.cancel(failure), of: name) }

    public var traffic: [String: Traffic] { hub.traffic(of: name) }
}
