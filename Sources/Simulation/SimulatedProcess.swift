import CohortGraph
import Exchange

/// A process around the lockstep that ships: what learners and relays do alike.
class SimulatedProcess {
    /// What a process is at.
    enum Program {
        case joining, computing, finishing, ended
        case publishing(Knowledge)
        case gathering(StepRound)
    }

    /// Where a kill strikes.
    enum CrashPoint: CaseIterable {
        /// Inside an append, or after it and before any message is sent.
        case duringAppend, afterAppend
        /// Before a checkpoint counts, or after it and before any message is sent.
        case duringCheckpoint, afterCheckpoint
    }

    typealias Mail = (letter: SimulatedNetwork.Letter, channels: [Lockstep.Channel])

    let number: Int
    let name: String
    let plan: SimulationPlan
    let missing: Missing
    let witness: Witness
    let limits: ExchangeLimits
    let links: (teachers: [Link], students: [Link])
    private(set) var lockstep: Lockstep?
    /// Whether there is a lockstep; to ask that would copy it.
    private(set) var isAlive = false
    /// How many times it was started.
    private(set) var starts = 0
    /// The way back to its present life.
    private var route: [UInt8] = []
    /// The life of each student to which it is connected, by number.
    private var connections: [Int: Int] = [:]
    /// What it asked to be sent.
    private var outbox: [Mail] = []
    /// What it has noted for people.
    private var notices: [String] = []
    /// How it is to be killed.
    var crashPoint: CrashPoint?
    /// Why its lockstep gave up.
    private(set) var failure: ExchangeFailure?
    /// What was found wrong.
    private(set) var violation: String?
    var program = Program.joining { didSet { if program.isNews { hasChanged = true } } }
    /// Whether it began to compute, or ended.
    private var hasChanged = false

    init(_ number: Int, _ plan: SimulationPlan, _ missing: Missing, _ witness: Witness) {
        self.number = number
        self.plan = plan
        self.missing = missing
        self.witness = witness
        name = plan.name(of: number)
        limits = Self.limits(plan, missing)
        links = plan.links(of: number, missing)
    }

    /// Learners, then relays.
    static func all(
        of plan: SimulationPlan, _ missing: Missing, _ witness: Witness
    ) -> [SimulatedProcess] {
        (0..<plan.members).map {
            plan.isRelay($0)
                ? SimulatedRelay($0, plan, missing, witness)
                : SimulatedLearner($0, plan, missing, witness)
        }
    }

    static func limits(_ plan: SimulationPlan, _ missing: Missing) -> ExchangeLimits {
        // A sum takes more than a learner's logits, and relays publish two.
        let bytesOfStep = plan.circle == nil ? 1000 : 2000
        return ExchangeLimits(
            step: .seconds(120), journalBytes: bytesOfStep * plan.checkpointInterval,
            quorum: missing.goesOn && plan.sabotage != .quorum ? .majority : .none)
    }

    // MARK: What learners and relays do each in its own way

    /// Which step it is at.
    var place: Int { 0 }
    /// The most steps that any of its lives has done.
    var furthest: Int { place }
    /// Starts the process.
    func start(_ random: inout SplitMix, at now: Duration) {}
    /// Spoils what is on the disk of a process that was killed.
    func damageDisk(_ random: inout SplitMix) {}
    /// What was published at a step and round, if it is kept.
    func published(at stepRound: StepRound) -> Knowledge? { nil }
    /// Nothing of earlier steps will be asked for again.
    func release(before step: Int) {}
    /// Takes the next step, when it is computed.
    func compute(at now: Duration) {}
    /// Goes on after what was asked for is done.
    func goOn(_ events: inout [Lockstep.Event]) {}
    /// Goes on with what was gathered.
    func use(_ gathering: Gathering, at stepRound: StepRound, _ events: inout [Lockstep.Event]) {}

    // MARK: Lives

    var hasEnded: Bool { if case .ended = program { true } else { false } }
    var isComputing: Bool { if case .computing = program { isAlive } else { false } }

    /// Begins another life, which joins.
    func begin(
        life: UInt64, past: Past? = nil, relay: RelayPlace? = nil, at now: Duration
    ) {
        starts += 1
        route = SimulatedNetwork.route(to: number, life: starts)
        connections = [:]
        crashPoint = nil
        program = .joining
        lockstep = Lockstep(
            identity: Self.identity(of: name, in: life), teachers: links.teachers,
            students: links.students,
            contact: Contact(address: "\(starts)"), limits: limits, schedule: plan.schedule,
            past: past, relay: relay,
            at: now)
        isAlive = true
        handle(.request(.join), at: now)
    }

    static func identity(of name: String, in life: UInt64) -> ExchangeIdentity {
        ExchangeIdentity(
            name: name, run: run, configurationDigest: configuration,
            classes: SimulatedKnowledge.classes, sampleOrderDigest: 1, product: "simulation",
            incarnation: life)
    }

    static let run = ExchangeIdentity.runIdentifier(of: "simulation")
    static let configuration = [UInt8](repeating: 7, count: 32)

    /// Kills the process; what it wrote down stays.
    func kill() {
        lockstep = nil
        isAlive = false
        crashPoint = nil
    }

    /// Dies here if that is its crashPoint.
    @discardableResult
    func die(_ moment: CrashPoint) -> Bool {
        guard crashPoint == moment else { return false }
        kill()
        return true
    }

    // MARK: Events and actions

    /// Has the lockstep take an event in, and does what follows.
    func handle(_ event: Lockstep.Event, at now: Duration) {
        var events: [Lockstep.Event] = []
        take(event, &events, at: now)
        while let event = events.popFirst(), isAlive { take(event, &events, at: now) }
    }

    private func take(
        _ event: Lockstep.Event, _ events: inout [Lockstep.Event], at now: Duration
    ) {
        if plan.sabotage == .checkpoints, case .checkpointed = event { return }
        guard let outcome = lockstep?.handleAsserting(event, at: now) else { return }
        if let contradiction = outcome.contradiction {
            object("contradicts itself: \(contradiction)")
        }
        for action in outcome.actions where isAlive { perform(action, &events) }
    }

    private func perform(_ action: Lockstep.Action, _ events: inout [Lockstep.Event]) {
        switch action {
        case .connect(let student, let contact):
            connections[plan.number(of: student)] = Int(contact.address)
        case .send(let message, let channels):
            outbox.append((SimulatedNetwork.Letter(message), channels))
        case .recall(let stepRound, let student): recall(stepRound, for: student, &events)
        case .release(let step): release(before: step)
        case .notice(let text): notices.append(text)
        case .answer(.failed(let failure)): self.failure = failure
        case .answer(.gathered(let gathering)):
            guard case .gathering(let stepRound) = program else { return objectToAnswer() }
            use(gathering, at: stepRound, &events)
        case .answer(.done): goOn(&events)
        }
    }

    private func recall(
        _ stepRound: StepRound, for student: String, _ events: inout [Lockstep.Event]
    ) {
        guard plan.sabotage != .resends else { return }
        guard var knowledge = published(at: stepRound) else {
            return object("its journal lacks \(stepRound), which '\(student)' needs")
        }
        if plan.sabotage == .recollection { knowledge = SimulatedKnowledge.make(0, at: stepRound) }
        events.append(.recalled(knowledge, for: student))
    }

    // MARK: What the simulation asks for

    /// What it asked to be sent since this was last asked.
    func takeOutbox() -> [Mail] {
        guard !outbox.isEmpty else { return [] }
        defer { outbox = [] }
        return outbox
    }

    /// The way of a letter over a channel; nil where it leads nowhere.
    func delivery(
        of letter: SimulatedNetwork.Letter, over channel: Lockstep.Channel
    ) -> SimulatedNetwork.Delivery? {
        let (to, life, back): (Int, Int, Lockstep.Channel)
        switch channel {
        case .student(let student):
            to = plan.number(of: student)
            guard let connected = connections[to] else { return nil }
            (life, back) = (connected, .inbox(route: route))
        case .inbox(let route):
            (to, life) = SimulatedNetwork.node(of: route)
            back = .student(name)
        case .rendezvous: (to, life, back) = (plan.rendezvous, 0, .inbox(route: route))
        }
        return SimulatedNetwork.Delivery(letter: letter, to: to, life: life, channel: back)
    }

    /// What it noted since this was last asked.
    func takeNotices() -> [String] {
        guard !notices.isEmpty else { return [] }
        defer { notices = [] }
        return notices
    }

    /// Whether it began to compute, or ended, since this was last asked.
    func takeChange() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    func object(_ text: String) { violation = violation ?? "'\(name)' \(text)" }

    func objectToAnswer() { object("was answered what it did not ask") }

    func report(_ objection: String?) {
        if let objection { violation = violation ?? objection }
    }
}

extension SimulatedProcess.Program {
    fileprivate var isNews: Bool {
        switch self {
        case .computing, .ended: true
        case .joining, .finishing, .publishing, .gathering: false
        }
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}
