import Bytes
import CohortGraph

/// One learner's side of the lockstep exchange, as a pure value: events and the time go in,
/// actions come out. It knows no socket, no thread and no clock.
///
/// The stages: **registering** with the rendezvous until the roster comes; **greeting**, in which
/// every teacher repeats its greeting to every student until it is welcomed, so that nothing is
/// published before its receivers are there; **running**; **finishing**, in which the end is
/// announced until every neighbour knows of it; **parting**, in which the rendezvous is told.
///
/// One request of the learner is under way at a time. Each gets one answer, at once or later. What was
/// published, and is no longer at hand, is recalled from where it was written down.
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
        /// `roll` says whose knowledge was used, where an earlier life has used it.
        case gather(Slot, batchDigest: UInt64, roll: Attendance? = nil)
        case finish(lastStep: Int)
    }

    package enum Event: Sendable {
        case request(Request)
        /// The knowledge that was asked to be published is written down.
        case published(Knowledge)
        /// What a student is to be taught again was found where it was written down.
        case recalled(Knowledge, for: String)
        /// That the knowledge that was gathered last is used, is written down.
        case used
        /// The learner would go on after `newest` steps, or if that checkpoint is damaged after `oldest`.
        case checkpointed(oldest: Int, newest: Int)
        case received(Message, from: Channel)
        case damaged(WireError, from: Channel)
        /// Everyone's address, where it comes otherwise than by a message.
        case roster([RosterEntry])
        case tick
        case leave(reason: String)
        case cancel(ExchangeFailure)
    }

    package enum Answer: Sendable {
        /// Joined or finished; or what is to be published may be written down.
        case done
        case gathered(Gathering)
        case failed(ExchangeFailure)
    }

    package enum Action: Sendable {
        case connect(student: String, Contact)
        case send(Message, to: [Channel])
        /// Look up what was published, and hand it in as recalled for a student.
        case recall(Slot, for: String)
        /// Nothing of earlier steps will be recalled any more.
        case release(before: Int)
        case notice(String)
        case answer(Answer)
    }

    enum Stage: Hashable {
        case registering, greeting, running, finishing, parting, finished
        case failed(ExchangeFailure)
    }

    /// Since when something is waited for, and how many notices said so.
    struct Wait {
        var since: Duration
        var notices = 0
    }

    package let identity: ExchangeIdentity
    let limits: ExchangeLimits
    /// The rounds of a step.
    let schedule: RoundSchedule
    /// Where this learner can be reached; `nil` without a rendezvous.
    let contact: Contact?
    let teachers: [String]
    let students: [String]
    /// nil for a learner.
    package internal(set) var relay: RelayPlace?
    /// What each teacher sends, and what each student is sent.
    let lanes: (from: ByName<Lane>, to: ByName<Lane>)

    var stage = Stage.registering
    /// Which start of the rendezvous the latest roster is of, and its number there.
    var roster: (incarnation: UInt64, number: Int)?
    var stageWait: Wait
    var peers: ByName<Peer>
    var request: Request?
    var requestWait: Wait
    /// The teachers of what is being gathered, but for those that an earlier life went on without.
    var due: [String] = []
    /// Who completed the knowledge that is being gathered.
    var lastArrival: String?
    /// One of those that are waited for: where nothing but routine happens, the others need no look
    /// before it is heard.
    var stillAwaited: String?
    /// Nobody is waited for, but too few were heard.
    var isBelowQuorum = false
    /// In this life.
    var published: Slot?
    var gathered: Slot?
    /// As far as the teachers may know what was gathered.
    var used: Slot?
    /// What may be recalled; nil where nothing is written down.
    var kept: Kept?
    /// Nothing of earlier steps can be recalled.
    var released = 0
    /// Nothing of this step or later ones was published, in any life.
    var frontier = 0
    /// The steps after which the learner would go on, at the latest and at worst; nil where it keeps no
    /// checkpoints.
    var checkpoints: (oldest: Int, newest: Int)?
    /// The slot announced as the last.
    var end: Slot?
    /// Whose knowledge is not used; changed by gathering alone.
    package internal(set) var quarantine: Quarantine
    var complaints: Set<String> = []
    var actions: [Action] = []
    /// When the next tick is due.
    package var nextBeat: Duration

    /// - Parameters:
    ///   - teachers: those whose knowledge is gathered, in the order of the configuration.
    ///   - students: those who gather this learner's.
    ///   - schedule: the rounds that a step may have.
    ///   - past: what earlier lives left, where all that is published is written down; otherwise nobody
    ///     can be taught again.
    ///   - relay: where a relay stands, which has no past, whatever its earlier lives did.
    package init(
        identity: ExchangeIdentity, teachers: [Lane], students: [Lane], contact: Contact?,
        limits: ExchangeLimits, schedule: RoundSchedule = .standard, past: Past? = nil,
        relay: RelayPlace? = nil, at now: Duration
    ) {
        self.identity = identity
        self.limits = limits
        self.schedule = schedule
        self.relay = relay
        quarantine =
            past?.state?.quarantine ?? Quarantine(relay == nil ? limits.quarantine : .never)
        self.contact = contact
        self.teachers = teachers.map(\.peer)
        self.students = students.map(\.peer)
        lanes = (from: ByName(teachers), to: ByName(students))
        stageWait = Wait(since: now)
        requestWait = Wait(since: now)
        nextBeat = now
        peers = ByName(from: lanes.from, to: lanes.to)
        if relay != nil {
            kept = Kept([])
            for name in self.students { peers[name]?.isPlaced = false }
        } else if let past {
            kept = Kept(past.published)
            released = min(past.oldest, past.published.first?.slot.step ?? past.oldest)
            if !past.published.isEmpty {
                for name in self.students {
                    peers[name]?.isPlaced = false
                    peers[name]?.mayNeedPast = true
                }
            }
            frontier = max(past.step, (past.published.last?.slot.step ?? -1) + 1)
            checkpoints = (past.oldest, past.step)
            gathered = schedule.last(before: past.step)
            used = gathered
            goOn(from: past.state?.taken ?? [:])
        }
    }

    /// Takes one event in, and says what to do about it.
    package mutating func handle(_ event: Event, at now: Duration) -> [Action] {
        forgive(until: now)
        if !event.isRoutine { (stillAwaited, isBelowQuorum) = (nil, false) }
        switch event {
        case .request(let request): begin(request, at: now)
        case .published(let knowledge): distribute(knowledge)
        case .recalled(let knowledge, let student): teachAgain(knowledge, to: student)
        case .used: use()
        case .checkpointed(let oldest, let newest): keep(from: oldest, newest: newest)
        case .received(let message, let channel): receive(message, from: channel, at: now)
        case .damaged(let error, let channel): complain(of: error, from: channel)
        case .roster(let entries): meet(entries, at: now)
        case .tick: beat(at: now)
        case .leave(let reason): leave(reason)
        case .cancel(let failure): fail(failure)
        }
        progress(at: now)
        defer { actions = [] }
        return actions
    }

    /// What a later life must know again.
    package var state: ExchangeState { ExchangeState(quarantine: quarantine, taken: taken) }

    /// What has been sent and received, by peer.
    package var traffic: [String: Traffic] { peers.mapValues(\.traffic) }

    /// The most steps of one teacher that wait to be gathered, and the bytes that may be recalled.
    package var held: (steps: Int, bytes: Int) {
        let steps = teachers.compactMap { peers[$0]?.stash.slots }.map { Set($0.map(\.step)).count }
        return (steps.max() ?? 0, kept?.byteCount ?? 0)
    }

    private mutating func begin(_ request: Request, at now: Duration) {
        precondition(self.request == nil, "one request at a time")
        self.request = request
        requestWait = Wait(since: now)
        lastArrival = nil
        guard case .gather(let slot, _, let roll) = request else { return }
        due = teachersDue(slot, roll)
        if let roll { passOver(to: roll, at: slot) }
    }

    /// Moves on as far as what has come in allows.
    private mutating func progress(at now: Duration) {
        if stage == .greeting, isComplete(at: now) {
            if relay != nil { takePlace() }
            enter(.running, at: now)
        }
        if case .failed(let failure) = stage { return answer(.failed(failure)) }
        guard stage != .registering, stage != .greeting else { return }
        switch request {
        case nil: break
        case .join: answer(.done)
        case .publish(let knowledge): tryToPublish(knowledge)
        case .gather(let slot, let digest, let roll):
            tryToGather(slot, batchDigest: digest, roll: roll, at: now)
        case .finish(let lastStep): tryToFinish(lastStep, at: now)
        }
    }

    mutating func enter(_ stage: Stage, at now: Duration) {
        self.stage = stage
        stageWait = Wait(since: now)
        requestWait = Wait(since: now)
    }

    mutating func answer(_ answer: Answer) {
        guard request != nil else { return }
        request = nil
        actions.append(.answer(answer))
    }

    /// Ends the exchange; the first failure counts.
    mutating func fail(_ failure: ExchangeFailure) {
        if case .failed = stage { return }
        stage = .failed(failure)
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
