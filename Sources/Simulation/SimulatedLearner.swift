import CohortGraph
import Exchange

/// A learner's process, on a simulated disk: what it does when its lockstep answers, and what it leaves
/// when it is killed.
final class SimulatedLearner: SimulatedProcess {
    private var disk = SimulatedDisk()
    private var step = 0
    private var mostSteps = 0
    private var state: UInt64
    private var next: UInt64
    /// What it said last; of a sum its own part.
    private var said: UInt64 = 0

    override init(
        _ number: Int, _ plan: SimulationPlan, _ missing: Missing, _ witness: Witness
    ) {
        state = SimulatedKnowledge.initialState(of: number)
        next = state
        super.init(number, plan, missing, witness)
    }

    override var place: Int { step }
    override var furthest: Int { mostSteps }

    /// Starts the process, from what is on its disk.
    override func start(_ random: inout SplitMix, at now: Duration) {
        let life = disk.life.map(Incarnation.following) ?? Incarnation.first(using: &random)
        disk.begin(life: life)
        (step, state) =
            disk.newest.map { ($0.step, $0.state) }
            ?? (0, SimulatedKnowledge.initialState(of: number))
        next = state
        begin(
            life: life,
            past: Past(
                published: disk.published, step: step, oldest: disk.oldestStep, state: exchangeState
            ),
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
        if missing == .wait, random.happens(0.5) { disk.losePower(&random) }
        if disk.hasSpareCheckpoint, disk.newest?.step != plan.steps, random.happens(0.2) {
            disk.damageNewestCheckpoint()
        }
    }

    override func published(at slot: Slot) -> Knowledge? { disk.knowledge(at: slot) }

    override func release(before step: Int) { disk.release(before: step) }

    override func goOn(_ events: inout [Lockstep.Event]) {
        switch program {
        case .joining:
            if step >= plan.steps { events.append(.checkpointed(oldest: .max, newest: .max)) }
            begin(.before, &events)
        case .publishing(let knowledge):
            write(knowledge)
            guard isAlive else { return }
            events.append(.published(knowledge))
            gather(Slot(step: knowledge.step, phase: knowledge.phase), &events)
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

    private func begin(_ phase: Phase, _ events: inout [Lockstep.Event]) {
        guard step < plan.steps else {
            disk.flush()
            program = .finishing
            return events.append(.request(.finish(lastStep: plan.steps - 1)))
        }
        let slot = Slot(step: step, phase: phase)
        guard !lanes.pupils.isEmpty else { return gather(slot, &events) }
        let knowledge =
            plan.circle == nil
            ? SimulatedKnowledge.make(state, at: slot)
            : SimulatedKnowledge.makePart(state, at: slot)
        said = SimulatedKnowledge.bits(of: knowledge)
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

    /// Gathers what the others said, or through relays the sum of what all have.
    private func gather(_ spoken: Slot, _ events: inout [Lockstep.Event]) {
        let slot =
            plan.circle == nil
            ? spoken : Slot(step: spoken.step, phase: spoken.phase.ofSum)
        program = .gathering(slot)
        let roll = plan.sabotage == .rolls ? nil : disk.usage(at: slot)?.roll
        events.append(
            .request(
                .gather(
                    slot, batchDigest: SimulatedKnowledge.digest(ofBatch: slot), roll: roll)))
    }

    override func use(
        _ gathering: Gathering, at slot: Slot, _ events: inout [Lockstep.Event]
    ) {
        for (sender, knowledge) in gathering.knowledge {
            let bits = SimulatedKnowledge.bits(of: knowledge)
            report(witness.used(bits, of: sender, at: slot, by: number))
            next = SimulatedKnowledge.state(
                next, taught: plan.circle == nil ? bits : bits &- said)
        }
        let old = disk.usage(at: slot)
        var roll = Roll(gathering)
        if let old { roll.late = old.roll.late }
        let late = old?.late ?? gathering.late.map { SimulatedKnowledge.bits(of: $0.knowledge) }
        for (source, bits) in zip(roll.late, late) {
            report(witness.used(bits, of: source.name, at: source.slot, by: number))
            if source.slot >= slot {
                object("took in at \(slot) as late what is of \(source.slot)")
            }
            next = SimulatedKnowledge.state(next, taught: bits)
        }
        let usage = SimulatedDisk.Usage(roll: roll, late: late, digest: next)
        report(witness.tookPart(usage.roll.taught, of: lanes.teachers, at: slot, with: number))
        if let old {
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
        disk.flush()
        if die(.duringCheckpoint) { return }
        if disk.newest?.step != step {
            disk.commit(
                SimulatedDisk.Checkpoint(
                    step: step, state: state, taken: lockstep?.state.taken ?? [:]))
        }
        if die(.afterCheckpoint) { return }
        disk.removeOldCheckpoints()
        if plan.sabotage == .release { disk.release(before: step) }
        events.append(
            step == plan.steps
                ? .checkpointed(oldest: .max, newest: .max)
                : .checkpointed(oldest: disk.oldestStep, newest: step))
    }
}
