import CohortGraph
import Exchange

/// A learner's process and its disk: what it does when its lockstep answers, and what it leaves when it is
/// killed.
final class SimulatedLearner: SimulatedProcess {
    private var disk: SimulatedDisk
    private var step = 0
    private var mostSteps = 0
    private var state: UInt64
    private var next: UInt64
    /// What it said last; of a sum its own part.
    private var said: UInt64 = 0

    override init(
        _ number: Int, _ plan: SimulationPlan, _ missing: Missing, _ witness: Witness
    ) {
        let name = plan.name(of: number)
        disk = SimulatedDisk(
            plan.journals.map { folder in
                ShippedJournal(in: "\(folder)/\(name)") { Self.identity(of: name, in: $0) }
            } ?? ModelledJournal())
        state = SimulatedKnowledge.initialState(of: number)
        next = state
        super.init(number, plan, missing, witness)
    }

    override var place: Int { step }
    override var furthest: Int { mostSteps }

    /// Starts the process, from what is on its disk.
    override func start(_ random: inout SplitMix, at now: Duration) {
        guard let last = attempt({ try disk.journal.lastLife() }) else { return }
        let life = last.map(Incarnation.following) ?? Incarnation.first(using: &random)
        guard attempt({ try disk.journal.begin(life: life) }) != nil else { return }
        (step, state) =
            disk.newest.map { ($0.step, $0.state) }
            ?? (0, SimulatedKnowledge.initialState(of: number))
        next = state
        begin(
            life: life,
            past: Past(
                published: disk.journal.published, step: step, oldest: disk.oldestStep,
                state: exchangeState),
            at: now)
    }

    /// As the newest checkpoint has it; nobody is judged here.
    private var exchangeState: ExchangeState? {
        disk.newest.map {
            ExchangeState(quarantine: Quarantine(limits.quarantine), taken: $0.taken)
        }
    }

    override func damageDisk(_ random: inout SplitMix) {
        // Where steps go on without somebody, the loss of what was used could be made good by nobody.
        if missing == .wait, random.happens(0.5) {
            attempt { try disk.journal.losePower(&random) }
        }
        if disk.hasSpareCheckpoint, disk.newest?.step != plan.steps, random.happens(0.2) {
            disk.damageNewestCheckpoint()
        }
    }

    override func published(at slot: Slot) -> Knowledge? {
        attempt { try disk.journal.knowledge(at: slot) } ?? nil
    }

    override func release(before step: Int) {
        attempt { try disk.journal.release(before: step) }
    }

    /// Does something with the disk, which must not refuse it.
    @discardableResult
    private func attempt<T>(_ body: () throws -> T) -> T? {
        do { return try body() } catch {
            object("fails: \(error)")
            return nil
        }
    }

    override func goOn(_ events: inout [Lockstep.Event]) {
        switch program {
        case .joining:
            if step >= plan.steps { events.append(.checkpointed(oldest: .max, newest: .max)) }
            begin(.before, &events)
        case .publishing(let knowledge):
            write(knowledge)
            guard isAlive else { return }
            events.append(.published(knowledge))
            gather(Slot(step: knowledge.step, round: knowledge.round), &events)
        case .finishing: program = .ended
        case .computing, .gathering, .ended: objectToAnswer()
        }
    }

    override func compute(at now: Duration) {
        guard case .computing = program else { return }
        var events: [Lockstep.Event] = []
        begin(.before, &events)
        for event in events { handle(event, at: now) }
    }

    private func begin(_ round: Round, _ events: inout [Lockstep.Event]) {
        guard step < plan.steps else {
            attempt { try disk.journal.flush() }
            program = .finishing
            return events.append(.request(.finish(lastStep: plan.steps - 1)))
        }
        let slot = Slot(step: step, round: round)
        guard !lanes.students.isEmpty else { return gather(slot, &events) }
        let knowledge =
            plan.circle == nil
            ? SimulatedKnowledge.make(state, at: slot)
            : SimulatedKnowledge.makePart(state, at: slot)
        said = SimulatedKnowledge.bits(of: knowledge)
        program = .publishing(knowledge)
        events.append(.request(.publish(knowledge)))
    }

    private func write(_ knowledge: Knowledge) {
        let slot = Slot(step: knowledge.step, round: knowledge.round)
        if let old = published(at: slot) {
            if old != knowledge { object("publishes at \(slot) what its journal does not hold") }
            return
        }
        if die(.duringAppend) { return }
        if plan.sabotage == .journal, slot.step.isMultiple(of: 7) { return }
        attempt { try disk.journal.append(knowledge) }
        report(witness.published(SimulatedKnowledge.bits(of: knowledge), by: number, at: slot))
        die(.afterAppend)
    }

    /// Gathers what the others said, or through relays the sum of what all have.
    private func gather(_ spoken: Slot, _ events: inout [Lockstep.Event]) {
        let slot =
            plan.circle == nil
            ? spoken : Slot(step: spoken.step, round: spoken.round.ofSum)
        program = .gathering(slot)
        let old = plan.sabotage == .rolls ? nil : use(at: slot)
        events.append(
            .request(
                .gather(
                    slot, batchDigest: SimulatedKnowledge.digest(ofBatch: slot),
                    roll: old?.roll)))
    }

    override func use(
        _ gathering: Gathering, at slot: Slot, _ events: inout [Lockstep.Event]
    ) {
        let old = use(at: slot)
        var new = SimulatedUse(slot: slot)
        for (sender, knowledge) in gathering.knowledge {
            let bits = SimulatedKnowledge.bits(of: knowledge)
            report(witness.used(bits, of: sender, at: slot, by: number))
            new.teachers.append(SimulatedUse.Teacher(name: sender, bits: bits))
            next = SimulatedKnowledge.state(
                next, taught: plan.circle == nil ? bits : bits &- said)
        }
        new.late =
            old?.late ?? gathering.late.map { .init(name: $0.sender, knowledge: $0.knowledge) }
        for late in new.late { takeIn(late, at: slot) }
        report(witness.tookPart(new.roll.taught, of: lanes.teachers, at: slot, with: number))
        if let old {
            if old != new { object("uses at \(slot) what its journal does not name") }
        } else {
            if die(.duringAppend) { return }
            attempt { try disk.journal.append(new) }
            if die(.afterAppend) { return }
        }
        events.append(.used)
        advance(beyond: slot, &events)
    }

    private func takeIn(_ late: SimulatedUse.Late, at slot: Slot) {
        let bits = SimulatedKnowledge.bits(of: late.knowledge)
        report(witness.used(bits, of: late.name, at: late.slot, by: number))
        if late.slot >= slot { object("took in at \(slot) as late what is of \(late.slot)") }
        next = SimulatedKnowledge.state(next, taught: bits)
    }

    private func use(at slot: Slot) -> SimulatedUse? {
        attempt { try disk.journal.use(at: slot) } ?? nil
    }

    private func advance(beyond slot: Slot, _ events: inout [Lockstep.Event]) {
        let rounds = SimulationPlan.rounds(of: slot.step)
        if let round = rounds.first(where: { $0 > slot.round }) {
            return begin(round, &events)
        }
        step += 1
        mostSteps = max(mostSteps, step)
        state = next
        report(witness.reached(step, state, by: number))
        if let lockstep { report(witness.holds(lockstep.held, limits, name)) }
        if step.isMultiple(of: plan.checkpointInterval) || step == plan.steps {
            checkpoint(&events)
        }
        program = .computing
    }

    private func checkpoint(_ events: inout [Lockstep.Event]) {
        attempt { try disk.journal.flush() }
        if die(.duringCheckpoint) { return }
        if disk.newest?.step != step {
            disk.commit(
                SimulatedDisk.Checkpoint(
                    step: step, state: state, taken: lockstep?.state.taken ?? [:]))
        }
        if die(.afterCheckpoint) { return }
        disk.removeOldCheckpoints()
        if plan.sabotage == .release { release(before: step) }
        events.append(
            step == plan.steps
                ? .checkpointed(oldest: .max, newest: .max)
                : .checkpointed(oldest: disk.oldestStep, newest: step))
    }
}
