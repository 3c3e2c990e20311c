import CohortGraph
import Exchange

/// A learner's process around the lockstep that ships, on a simulated disk: what it does when the
/// lockstep answers, and what it leaves when it is killed.
final class SimulatedLearner {
    /// What the process is at.
    private enum Program {
        case joining, computing, finishing, ended
        case publishing(Knowledge)
        case gathering(Slot)
    }

    /// Where a kill strikes.
    enum Doom: CaseIterable {
        /// Inside an append, or after it and before anybody is told.
        case duringAppend, afterAppend
        /// Before a checkpoint counts, or after it and before anybody is told.
        case duringCheckpoint, afterCheckpoint
    }

    typealias Mail = (letter: SimulatedNetwork.Letter, channels: [Lockstep.Channel])

    let number: Int
    let name: String
    private(set) var disk = SimulatedDisk()
    private(set) var lockstep: Lockstep?
    /// Whether there is a lockstep; to ask that would copy it.
    private(set) var isAlive = false
    /// How many times it was started.
    private(set) var starts = 0
    /// The way back to its present life.
    private(set) var route: [UInt8] = []
    /// The life of each pupil to which it is connected, by number.
    private(set) var connections: [Int: Int] = [:]
    /// What it asked to be sent.
    private var outbox: [Mail] = []
    /// What it has noted for people.
    private var notices: [String] = []
    /// How it is to be killed.
    var doom: Doom?
    /// Why its lockstep gave up.
    private(set) var failure: ExchangeFailure?
    /// What was found wrong.
    private(set) var violation: String?
    private(set) var step = 0
    /// The most steps that any of its lives has done.
    private(set) var furthest = 0
    private var hasChanged = false
    private var state: UInt64
    private var next: UInt64
    private var program = Program.joining
    private let plan: SimulationPlan
    private let missing: Missing
    private let teachers: [Lane]
    private let pupils: [Lane]
    private let limits: ExchangeLimits
    private let witness: Witness

    init(_ number: Int, _ plan: SimulationPlan, _ missing: Missing, _ witness: Witness) {
        self.number = number
        self.plan = plan
        self.missing = missing
        self.witness = witness
        name = Self.name(of: number)
        limits = Self.limits(plan, missing)
        func lanes(_ numbers: [Int]) -> [Lane] {
            numbers.map { number in
                Lane(Self.name(of: number), isOptional: missing == .drop) { step, phase in
                    SimulationPlan.phases(of: step).contains(phase) ? ["logits"] : []
                }
            }
        }
        teachers = lanes(plan.teachers(of: number))
        pupils = lanes(plan.pupils(of: number))
        state = SimulatedKnowledge.initialState(of: number)
        next = state
    }

    static func name(of number: Int) -> String { "l\(number)" }

    static func number(of name: String) -> Int {
        name.utf8.dropFirst().reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
    }

    static func limits(_ plan: SimulationPlan, _ missing: Missing) -> ExchangeLimits {
        ExchangeLimits(
            step: .seconds(120), journalBytes: 1000 * plan.checkpointInterval,
            quorum: missing == .drop && plan.sabotage != .quorum ? .majority : .none)
    }

    var hasEnded: Bool { if case .ended = program { true } else { false } }

    /// Starts the process, from what is on its disk.
    func start(_ random: inout SplitMix, at now: Duration) {
        starts += 1
        route = Self.route(number, starts)
        let life = disk.life.map(Incarnation.following) ?? Incarnation.first(using: &random)
        disk.begin(life: life)
        (step, state) =
            disk.newest.map { ($0.step, $0.state) }
            ?? (0, SimulatedKnowledge.initialState(of: number))
        next = state
        connections = [:]
        doom = nil
        program = .joining
        lockstep = Lockstep(
            identity: Self.identity(name, life), teachers: teachers, pupils: pupils,
            contact: Contact(address: "\(starts)"), limits: limits,
            past: Past(published: disk.published, step: step, oldest: disk.oldestStep), at: now)
        isAlive = true
        handle(.request(.join), at: now)
    }

    private static func identity(_ name: String, _ life: UInt64) -> ExchangeIdentity {
        ExchangeIdentity(
            name: name, run: run, configurationDigest: configuration,
            classes: SimulatedKnowledge.classes, sampleOrderDigest: 1, product: "simulation",
            incarnation: life)
    }

    static let run = ExchangeIdentity.runIdentifier(of: "simulation")
    static let configuration = [UInt8](repeating: 7, count: 32)

    /// A route names the node and the life of a sender.
    private static func route(_ number: Int, _ life: Int) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xFF), UInt8(life >> 8), UInt8(life & 0xFF)]
    }

    /// Kills the process; what it wrote down stays.
    func kill() {
        lockstep = nil
        isAlive = false
        doom = nil
    }

    /// Spoils what is on the disk of a process that was killed.
    func damageDisk(_ random: inout SplitMix) {
        // Under `drop` the loss of what was used could be made good by nobody.
        if missing == .wait, random.happens(0.5) { disk.losePower(&random) }
        if disk.hasSpareCheckpoint, disk.newest?.step != plan.steps, random.happens(0.2) {
            disk.damageNewestCheckpoint()
        }
    }

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
        for action in lockstep?.handle(event, at: now) ?? [] where isAlive {
            perform(action, &events)
        }
    }

    private func perform(_ action: Lockstep.Action, _ events: inout [Lockstep.Event]) {
        switch action {
        case .connect(let pupil, let contact):
            connections[Self.number(of: pupil)] = Int(contact.address)
        case .send(let message, let channels):
            outbox.append((SimulatedNetwork.Letter(message), channels))
        case .recall(let slot, let pupil): recall(slot, for: pupil, &events)
        case .release(let step): disk.release(before: step)
        case .notice(let text): notices.append(text)
        case .answer(.failed(let failure)): self.failure = failure
        case .answer(.gathered(let gathering)): use(gathering, &events)
        case .answer(.done): goOn(&events)
        }
    }

    private func recall(_ slot: Slot, for pupil: String, _ events: inout [Lockstep.Event]) {
        guard plan.sabotage != .resends else { return }
        guard var knowledge = disk.knowledge(at: slot) else {
            return object("its journal lacks \(slot), which '\(pupil)' needs")
        }
        if plan.sabotage == .recollection { knowledge = SimulatedKnowledge.make(0, at: slot) }
        events.append(.recalled(knowledge, for: pupil))
    }

    /// Goes on after what was asked for is done.
    private func goOn(_ events: inout [Lockstep.Event]) {
        switch program {
        case .joining:
            if step >= plan.steps { events.append(.checkpointed(oldest: .max, newest: .max)) }
            begin(.before, &events)
        case .publishing(let knowledge):
            write(knowledge)
            guard isAlive else { return }
            events.append(.published(knowledge))
            gather(Slot(step: knowledge.step, phase: knowledge.phase), &events)
        case .finishing:
            program = .ended
            hasChanged = true
        case .computing, .gathering, .ended: object("was answered what it did not ask")
        }
    }

    /// Takes the next step, when it is computed.
    func compute(at now: Duration) {
        guard case .computing = program else { return }
        var events: [Lockstep.Event] = []
        begin(.before, &events)
        for event in events { handle(event, at: now) }
    }

    private func begin(_ phase: Phase, _ events: inout [Lockstep.Event]) {
        guard step < plan.steps else {
            disk.flush()
            program = .finishing
            return events.append(.request(.finish(lastStep: plan.steps - 1)))
        }
        let slot = Slot(step: step, phase: phase)
        guard !pupils.isEmpty else { return gather(slot, &events) }
        let knowledge = SimulatedKnowledge.make(state, at: slot)
        program = .publishing(knowledge)
        events.append(.request(.publish(knowledge)))
    }

    private func write(_ knowledge: Knowledge) {
        let slot = Slot(step: knowledge.step, phase: knowledge.phase)
        if let old = disk.knowledge(at: slot) {
            if old != knowledge { object("publishes at \(slot) what its journal does not hold") }
            return
        }
        if die(.duringAppend) { return }
        if plan.sabotage == .journal, slot.step.isMultiple(of: 7) { return }
        disk.append(knowledge)
        report(witness.published(SimulatedKnowledge.bits(of: knowledge), by: number, at: slot))
        die(.afterAppend)
    }

    private func gather(_ slot: Slot, _ events: inout [Lockstep.Event]) {
        program = .gathering(slot)
        let roll = plan.sabotage == .rolls ? nil : disk.usage(at: slot)?.roll
        events.append(
            .request(
                .gather(
                    slot, batchDigest: SimulatedKnowledge.digest(ofBatch: slot), roll: roll)))
    }

    private func use(_ gathering: Gathering, _ events: inout [Lockstep.Event]) {
        guard case .gathering(let slot) = program else {
            return object("was answered what it did not ask")
        }
        for (sender, knowledge) in gathering.knowledge {
            let bits = SimulatedKnowledge.bits(of: knowledge)
            report(witness.used(bits, of: sender, at: slot, by: number))
            next = SimulatedKnowledge.state(next, taught: bits)
        }
        let usage = SimulatedDisk.Usage(roll: gathering.knowledge.map(\.sender), digest: next)
        report(witness.tookPart(usage.roll, at: slot, with: number))
        if let old = disk.usage(at: slot) {
            if old != usage { object("uses at \(slot) what its journal does not name") }
        } else {
            if die(.duringAppend) { return }
            disk.append(usage, at: slot)
            if die(.afterAppend) { return }
        }
        events.append(.used)
        advance(beyond: slot, &events)
    }

    private func advance(beyond slot: Slot, _ events: inout [Lockstep.Event]) {
        let phases = SimulationPlan.phases(of: slot.step)
        if let phase = phases.first(where: { $0.rawValue > slot.phase.rawValue }) {
            return begin(phase, &events)
        }
        step += 1
        furthest = max(furthest, step)
        state = next
        report(witness.reached(step, state, by: number))
        if let lockstep { report(witness.holds(lockstep.held, limits, name)) }
        if step.isMultiple(of: plan.checkpointInterval) || step == plan.steps {
            checkpoint(&events)
        }
        program = .computing
        hasChanged = true
    }

    private func checkpoint(_ events: inout [Lockstep.Event]) {
        disk.flush()
        if die(.duringCheckpoint) { return }
        if disk.newest?.step != step {
            disk.commit(SimulatedDisk.Checkpoint(step: step, state: state))
        }
        if die(.afterCheckpoint) { return }
        disk.removeOldCheckpoints()
        events.append(
            step == plan.steps
                ? .checkpointed(oldest: .max, newest: .max)
                : .checkpointed(oldest: disk.oldestStep, newest: step))
    }

    var isComputing: Bool { if case .computing = program { isAlive } else { false } }

    /// What it asked to be sent since this was last asked.
    func takeOutbox() -> [Mail] {
        guard !outbox.isEmpty else { return [] }
        defer { outbox = [] }
        return outbox
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

    /// Dies here if that is its doom.
    @discardableResult
    private func die(_ moment: Doom) -> Bool {
        guard doom == moment else { return false }
        kill()
        return true
    }

    private func object(_ text: String) { violation = violation ?? "'\(name)' \(text)" }

    private func report(_ objection: String?) {
        if let objection { violation = violation ?? objection }
    }
}

extension Array {
    fileprivate mutating func popFirst() -> Element? { isEmpty ? nil : removeFirst() }
}
