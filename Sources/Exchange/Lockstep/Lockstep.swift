import Bytes
import CohortGraph

/// One learner's side of the lockstep exchange, as a pure value: events and the time go in,
/// actions come out. It has no socket, no thread and no clock.
///
/// The stages: **registering** with the rendezvous until the roster comes; **greeting**, in which
/// every teacher repeats its greeting to every student until it is welcomed, so that nothing is
/// published before its receivers are there; **running**; **finishing**, in which the end is
/// announced until every neighbour acknowledges it; **parting**, in which it is announced to the
/// rendezvous.
///
/// One request of the learner is under way at a time. Each gets one answer, at once or later. What
/// was published, and is no longer at hand, is recalled from where it was written down.
package struct Lockstep: Sendable {
    /// Where a message comes from or goes to.
    package enum Channel: Hashable, Sendable {
        /// A teacher, or a stranger, that connected to the inbox; the bytes route an answer.
        case inbox(route: [UInt8])
        /// The connection to a student's inbox.
        case student(String)
        case rendezvous
    }

    /// What the learner asks for.
    package enum Request: Sendable {
        case join
        case publish(Knowledge)
        /// `attendance` names those whose knowledge an earlier life used; nil decides it now.
        case gather(StepRound, batchDigest: UInt64?, attendance: Attendance? = nil)
        case finish(lastStep: Int)
    }

    /// What may happen to a lockstep.
    package enum Event: Sendable {
        case request(Request)
        /// The knowledge that was asked to be published is written down.
        case published(Knowledge)
        /// What a student is to be taught again was found where it was written down.
        case recalled(Knowledge, for: String)
        /// That the knowledge that was gathered last is used, is written down.
        case used
        /// The learner would go on after `newest` steps, or if that checkpoint is damaged after
        /// `oldest`.
        case checkpointed(oldest: Int, newest: Int)
        case received(Message, from: Channel)
        case damaged(WireError, from: Channel)
        /// Everyone's address, where it comes otherwise than by a message.
        case roster([RosterEntry])
        case tick
        case leave(reason: String)
        case cancel(ExchangeFailure)
    }

    /// The answer to a request.
    package enum Answer: Sendable {
        /// Joined or finished; or what is to be published may be written down.
        case done
        case gathered(Gathering)
        case failed(ExchangeFailure)
    }

    /// What is to be done after an event.
    package enum Action: Sendable {
        case connect(student: String, Contact)
        case send(Message, to: [Channel])
        /// Look up what was published, and hand it in as recalled for a student.
        case recall(StepRound, for: String)
        /// Nothing of earlier steps will be recalled any more.
        case release(before: Int)
        case notice(String)
        case answer(Answer)
    }

    /// Who this learner is.
    package let identity: ExchangeIdentity
    let limits: ExchangeLimits
    /// The rounds of a step.
    let schedule: RoundSchedule
    /// Where this learner can be reached; `nil` without a rendezvous.
    let contact: Contact?
    let teachers: [String]
    let students: [String]
    /// What each teacher sends, and what each student is sent.
    let links: (from: ByName<Link>, to: ByName<Link>)
    /// What a relay derives from its students; nil for a learner.
    package internal(set) var relay: Relaying?

    var stage: Stage
    var pending: Pending?
    /// Which start of the rendezvous the latest roster is of, and its number there.
    var roster: (incarnation: UInt64, number: Int)?
    var peers: ByName<Peer>
    /// What this life published last.
    var published: StepRound?
    /// What was gathered last, in any life.
    var gathered: StepRound?
    /// The last that was gathered of which an acknowledgement may be sent.
    var used: StepRound?
    /// What may be recalled; nil where nothing is written down.
    package internal(set) var retention: Retention?
    /// The steps after which the learner would go on, at the latest and at worst; nil where it
    /// makes no checkpoints.
    var checkpoints: (oldest: Int, newest: Int)?
    /// Whose knowledge is not used; changed by gathering alone.
    package internal(set) var quarantine: Quarantine
    /// What was warned of, once each.
    var warnings: Set<String> = []
    var actions: [Action] = []
    /// When the next beat is due.
    var nextBeat: Duration

    /// - Parameters:
    ///   - teachers: those whose knowledge is gathered, in the order of the configuration.
    ///   - students: those who gather this learner's.
    ///   - schedule: the rounds that a step may have.
    ///   - past: what earlier lives left, where all that is published is written down; otherwise
    ///     nobody can be taught again.
    ///   - relay: where a relay stands, which has no past, whatever its earlier lives did.
    package init(
        identity: ExchangeIdentity, teachers: [Link], students: [Link], contact: Contact?,
        limits: ExchangeLimits, schedule: RoundSchedule = .standard, past: Past? = nil,
        relay: RelayPlace? = nil, at now: Duration
    ) {
        self.identity = identity
        self.limits = limits
        self.schedule = schedule
        self.contact = contact
        self.teachers = teachers.map(\.peer)
        self.students = students.map(\.peer)
        self.relay = relay.map(Relaying.init)
        links = (from: ByName(teachers), to: ByName(students))
        peers = ByName(from: links.from, to: links.to)
        stage = .registering(Wait(since: now))
        nextBeat = now
        quarantine =
            past?.state?.quarantine ?? Quarantine(relay == nil ? limits.quarantine : .never)
        if relay != nil {
            retention = Retention()
            for name in self.students { peers[name]?.outbound.isPlaced = false }
        } else if let past {
            goOn(from: past)
        }
    }

    /// Goes on where the earlier lives ended.
    private mutating func goOn(from past: Past) {
        retention = Retention(past)
        if !past.published.isEmpty {
            for name in students {
                peers[name]?.outbound.isPlaced = false
                peers[name]?.outbound.mayNeedPast = true
            }
        }
        checkpoints = (past.oldest, past.step)
        gathered = schedule.last(before: past.step)
        used = gathered
        restoreTaken(past.state?.taken ?? [:])
    }

    /// Takes one event in, and returns what is to be done.
    package mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        forgive(until: now)
        if !event.isRoutine { lookAtAllAwaited() }
        switch event {
        case .request(let request): begin(request, at: now)
        case .published(let knowledge): distribute(knowledge)
        case .recalled(let knowledge, let student): sendRecalled(knowledge, to: student)
        case .used: noteUse()
        case .checkpointed(let oldest, let newest): noteCheckpoints(oldest: oldest, newest: newest)
        case .received(let message, let channel): receive(message, from: channel, at: now)
        case .damaged(let error, let channel): warn(of: error, from: channel)
        case .roster(let entries): meet(entries, at: now)
        case .tick: tick(at: now)
        case .leave(let reason): leave(reason)
        case .cancel(let failure): fail(failure)
        }
        progress(at: now)
        defer { actions = [] }
        return actions
    }

    /// What a later life goes on with.
    package var state: ExchangeState { ExchangeState(quarantine: quarantine, taken: taken) }

    /// What has been sent and received, by peer.
    package var traffic: [String: Traffic] { peers.mapValues(\.traffic) }

    /// The most steps of one teacher that wait to be gathered, and the bytes that may be recalled.
    package var held: (steps: Int, bytes: Int) {
        let steps = teachers.compactMap { peers[$0]?.inbound.inbox.stepRounds }
            .map { Set($0.map(\.step)).count }
        return (steps.max() ?? 0, retention?.byteCount ?? 0)
    }

    private mutating func begin(_ request: Request, at now: Duration) {
        precondition(pending == nil, "one request at a time")
        pending = Pending(task: task(for: request), wait: Wait(since: now))
        guard let gather, let attendance = gather.attendance else { return }
        passOver(to: attendance, at: gather.stepRound)
    }

    private func task(for request: Request) -> Task {
        switch request {
        case .join: .join
        case .publish(let knowledge): .publish(knowledge)
        case .gather(let stepRound, let digest, let attendance):
            .gather(gathering(stepRound, digest, attendance))
        case .finish(let lastStep): .finish(lastStep: lastStep)
        }
    }

    /// Moves on as far as what has come in allows.
    private mutating func progress(at now: Duration) {
        if case .greeting(let wait) = stage, isComplete(since: wait.since, at: now) {
            if relay != nil { beginRelaying() }
            enter(.running, at: now)
        }
        if case .failed(let failure, _) = stage { return answer(.failed(failure)) }
        guard !isJoining else { return }
        switch pending?.task {
        case nil: break
        case .join: answer(.done)
        case .publish(let knowledge): tryToPublish(knowledge)
        case .gather(let gather): tryToGather(gather, at: now)
        case .finish(let lastStep): tryToFinish(lastStep, at: now)
        }
    }

    mutating func answer(_ answer: Answer) {
        guard pending != nil else { return }
        pending = nil
        actions.append(.answer(answer))
    }

    /// Ends the exchange; the first failure counts.
    mutating func fail(_ failure: ExchangeFailure) {
        if case .failed = stage { return }
        stage = .failed(failure, end: end)
        answer(.failed(failure))
    }

    mutating func fail(_ exitCode: ExitCode, _ message: String) {
        fail(ExchangeFailure(exitCode: exitCode, message: message))
    }
}

extension Lockstep.Event {
    /// It changes nothing about whom a step waits for, but for its sender.
    fileprivate var isRoutine: Bool {
        guard case .received(let message, _) = self else { return false }
        return switch message.content {
        case .knowledge, .acknowledge, .alive, .need, .checkpoint: true
        default: false
        }
    }
}

extension Lockstep.Answer {
    /// - Throws: the failure, if the answer is one.
    func checked() throws(ExchangeFailure) -> Lockstep.Answer {
        if case .failed(let failure) = self { throw failure }
        return self
    }

    /// The answer to a gather request.
    func gathering() throws(ExchangeFailure) -> Gathering {
        guard case .gathered(let gathering) = try checked() else {
            preconditionFailure("not an answer to a gather request")
        }
        return gathering
    }
}
