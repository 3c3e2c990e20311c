import CohortGraph
import Dispatch
import Synchronization

/// Learners of one process that exchange without sockets, by the same lockstep.
///
///     let hub = InMemoryHub()
///     let a = hub.exchange(identity: a, teachers: [Link("b")], students: [Link("b")])
///     let b = hub.exchange(identity: b, teachers: [Link("a")], students: [Link("a")])
public final class InMemoryHub: Sendable {
    fileprivate struct Member {
        var lockstep: Lockstep
        let answered: DispatchSemaphore
        /// All that was published, which outlives the member.
        var published: [StepRound: Knowledge] = [:]
        var answer: Lockstep.Answer?
    }

    private let members = Mutex<[String: Member]>([:])
    private let clock = ContinuousClock()
    private let origin: ContinuousClock.Instant

    /// A hub without members.
    public init() { origin = clock.now }

    /// A learner's side. Messages to learners that have none yet are lost, and repeated.
    ///
    /// One of a name that was there before is a later life of it, if its incarnation says so.
    ///
    /// - Parameters:
    ///   - schedule: the rounds that a step may have.
    ///   - checkpoints: the steps after which it goes on now, and at worst.
    ///   - state: what it held then.
    ///   - relay: where a relay stands.
    public func exchange(
        identity: ExchangeIdentity, teachers: [Link], students: [Link],
        limits: ExchangeLimits = ExchangeLimits(beat: .milliseconds(20)),
        schedule: RoundSchedule = .standard,
        checkpoints: (oldest: Int, newest: Int) = (0, 0), state: ExchangeState? = nil,
        relay: RelayPlace? = nil
    ) -> InMemoryExchange {
        let name = identity.name
        members.withLock { members in
            let published = members[name]?.published ?? [:]
            let past = Past(
                published: published.map { ($0, $1.byteCount) }.sorted { $0.0 < $1.0 },
                step: checkpoints.newest, oldest: checkpoints.oldest, state: state)
            members[name] = Member(
                lockstep: Lockstep(
                    identity: identity, teachers: teachers, students: students, contact: nil,
                    limits: limits, schedule: schedule, past: past, relay: relay, at: now),
                answered: DispatchSemaphore(value: 0), published: published)
        }
        handle(.roster(roster), of: name)
        for other in members.withLock({ Array($0.keys) }) where other != name {
            handle(.roster(roster), of: other)
        }
        return InMemoryExchange(name: name, hub: self)
    }

    /// Everyone who is or was there; another life has another address. Those to come are there too.
    private var roster: [RosterEntry] {
        members.withLock { members in
            let students = members.values.flatMap(\.lockstep.students)
            return Set(students).union(members.keys).map { name in
                let life = members[name]?.lockstep.identity.sender.incarnation ?? 0
                return RosterEntry(name: name, contact: Contact(address: "\(name) \(life)"))
            }
        }
    }

    fileprivate var now: Duration { clock.now - origin }

    /// Lets one learner take an event in, and all the events that follow from it.
    fileprivate func handle(_ event: Lockstep.Event, of name: String) {
        let now = now
        members.withLock { members in
            var pending = [(name, event)]
            while !pending.isEmpty {
                let (name, event) = pending.removeFirst()
                if case .published(let knowledge) = event {
                    members[name]?.published[StepRound(knowledge)] = knowledge
                }
                for action in members[name]?.lockstep.handle(event, at: now) ?? [] {
                    switch action {
                    case .answer(let answer):
                        members[name]?.answer = answer
                        members[name]?.answered.signal()
                    case .send(let message, let channels):
                        pending += channels.compactMap { Self.delivery(message, over: $0) }
                    case .recall(let stepRound, let student):
                        if let knowledge = members[name]?.published[stepRound] {
                            pending.append((name, .recalled(knowledge, for: student)))
                        }
                    case .release(let step):
                        let kept = members[name]?.published.filter { $0.key.step >= step }
                        members[name]?.published = kept ?? [:]
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
        case .student(let name):
            (name, .received(message, from: .inbox(route: Array(sender.utf8))))
        case .inbox(let route):
            (String(decoding: route, as: UTF8.self), .received(message, from: .student(sender)))
        case .rendezvous: nil
        }
    }

    /// Has a request carried out; while it waits, this thread is the learner's clock.
    fileprivate func answer(to request: Lockstep.Request, of name: String) -> Lockstep.Answer {
        handle(.request(request), of: name)
        while true {
            let (answered, due) = members.withLock { members in
                guard let member = members[name] else {
                    preconditionFailure("'\(name)' is not a member of the hub")
                }
                return (member.answered, member.lockstep.nextTick)
            }
            let nanoseconds = Int(max(due - now, .zero) / .nanoseconds(1))
            if answered.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success { break }
            handle(.tick, of: name)
        }
        return members.withLock { $0[name]!.answer.take()! }
    }

    fileprivate func traffic(of name: String) -> [String: Traffic] {
        members.withLock { $0[name]?.lockstep.traffic ?? [:] }
    }

    fileprivate func relayStart(of name: String) -> RelayStart {
        members.withLock { $0[name]?.lockstep.relay?.start ?? RelayStart() }
    }

    fileprivate func state(of name: String) -> ExchangeState? {
        members.withLock { $0[name]?.lockstep.state }
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

    public func join() throws { try carryOut(.join) }

    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try carryOutPublishing(knowledge, record: record)
    }

    public func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        try carryOutGathering(
            StepRound(step: step, round: round), batchDigest: batchDigest, attendance: attendance,
            record: record)
    }

    public func checkpointed(oldest: Int, newest: Int) {
        handle(.checkpointed(oldest: oldest, newest: newest))
    }

    public func finish(lastStep: Int) throws { try carryOut(.finish(lastStep: lastStep)) }

    public func leave(reason: String) { handle(.leave(reason: reason)) }

    public func cancel(_ failure: ExchangeFailure) { handle(.cancel(failure)) }

    /// Where a relay begins, once it has joined.
    public var relayStart: RelayStart { hub.relayStart(of: name) }

    public var traffic: [String: Traffic] { hub.traffic(of: name) }

    public var state: ExchangeState? { hub.state(of: name) }
}

extension InMemoryExchange: LockstepExchange {
    func answer(to request: Lockstep.Request) -> Lockstep.Answer {
        hub.answer(to: request, of: name)
    }

    func handle(_ event: Lockstep.Event) { hub.handle(event, of: name) }

    func handleSoon(_ event: Lockstep.Event) { handle(event) }
}
