import CohortGraph
import Exchange

/// A learner's process and its disk: what it does when its lockstep answers, and what it leaves
/// when it is killed.
final class SimulatedLearner: SimulatedProcess {
    private var disk: SimulatedDisk
    private var step = 0
    private var mostSteps = 0
    private var state: UInt64
    private var next: UInt64
    /// The bits of what it published last; of a sum its own part.
    private var ownBits: UInt64 = 0

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
        // Where steps go on without somebody, the loss of what was used could be made good by
        // nobody.
        if missing == .wait, random.happens(0.5) {
            attempt { try disk.journal.losePower(&random) }
        }
        if disk.hasSpareCheckpoint, disk.newest?.step != plan.steps, random.happens(0.2) {
            disk.damageNewestCheckpoint()
        }
    }

    override func published(at stepRound: StepRound) -> Knowledge? {
        attempt { try disk.journal.knowledge(at: stepRound) } ?? nil
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
            begin(plan.rounds(of: step)[0], &events)
        case .publishing(let knowledge):
            write(knowledge)
            guard isAlive else { return }
            events.append(.published(knowledge))
            gather(StepRound(step: knowledge.step, round: knowledge.round), &events)
        case .finishing: program = .ended
        case .computing, .gathering, .ended: objectToAnswer()
        }
    }

    override func compute(at now: Duration) {
        guard case .computing = program else { return }
        var events: [Lockstep.Event] = []
        begin(plan.rounds(of: step)[0], &events)
        for event in events { handle(event, at: now) }
    }

    private func begin(_ round: Round, _ events: inout [Lockstep.Event]) {
        guard step < plan.steps else {
            attempt { try disk.journal.flush() }
            program = .finishing
            return events.append(.request(.finish(lastStep: plan.steps - 1)))
        }
        let stepRound = StepRound(step: step, round: round)
        guard plan.circle != nil || plan.publishes(number, in: round) else {
            return gather(stepRound, &events)
        }
        let knowledge =
            plan.circle == nil
            ? SimulatedKnowledge.make(state, at: stepRound)
            : SimulatedKnowledge.makePart(state, at: stepRound)
        ownBits = SimulatedKnowledge.bits(of: knowledge)
        program = .publishing(knowledge)
        events.append(.request(.publish(knowledge)))
    }

    private func write(_ knowledge: Knowledge) {
        let stepRound = StepRound(step: knowledge.step, round: knowledge.round)
        if let old = published(at: stepRound) {
            if old != knowledge {
                object("publishes at \(stepRound) what its journal does not hold")
            }
            return
        }
        if die(.duringAppend) { return }
        if plan.sabotage == .journal, stepRound.step.isMultiple(of: 7) { return }
        attempt { try disk.journal.append(knowledge) }
        report(witness.published(SimulatedKnowledge.bits(of: knowledge), by: number, at: stepRound))
        die(.afterAppend)
    }

    /// Gathers what the others published, or through relays the sum of what all have.
    private func gather(_ own: StepRound, _ events: inout [Lockstep.Event]) {
        let stepRound =
            plan.circle == nil
            ? own : StepRound(step: own.step, round: own.round.ofSum)
        program = .gathering(stepRound)
        let old = plan.sabotage == .rolls ? nil : use(at: stepRound)
        events.append(
            .request(
                .gather(
                    stepRound, batchDigest: SimulatedKnowledge.digest(ofBatch: stepRound),
                    attendance: old?.attendance)))
    }

    override func use(
        _ gathering: Gathering, at stepRound: StepRound, _ events: inout [Lockstep.Event]
    ) {
        let old = use(at: stepRound)
        var new = SimulatedUse(stepRound: stepRound)
        for (sender, knowledge) in gathering.knowledge {
            let bits = SimulatedKnowledge.bits(of: knowledge)
            report(witness.used(bits, of: sender, at: stepRound, by: number))
            new.teachers.append(SimulatedUse.Teacher(name: sender, bits: bits))
            next = SimulatedKnowledge.state(
                next, taught: plan.circle == nil ? bits : bits &- ownBits)
        }
        new.late =
            old?.late ?? gathering.late.map { .init(name: $0.sender, knowledge: $0.knowledge) }
        for late in new.late { takeIn(late, at: stepRound) }
        let due = links.teachers.filter {
            !$0.tensorsDue(stepRound.step, stepRound.round).isEmpty
        }
        report(witness.tookPart(new.attendance.taught, of: due, at: stepRound, with: number))
        if let old {
            if old != new { object("uses at \(stepRound) what its journal does not name") }
        } else {
            if die(.duringAppend) { return }
            attempt { try disk.journal.append(new) }
            if die(.afterAppend) { return }
        }
        events.append(.used)
        advance(beyond: stepRound, &events)
    }

    private func takeIn(_ late: SimulatedUse.Late, at stepRound: StepRound) {
        let bits = SimulatedKnowledge.bits(of: late.knowledge)
        report(witness.used(bits, of: late.name, at: late.stepRound, by: number))
        if late.stepRound >= stepRound {
            object("took in at \(stepRound) as late what is of \(late.stepRound)")
        }
        next = SimulatedKnowledge.state(next, taught: bits)
    }

    private func use(at stepRound: StepRound) -> SimulatedUse? {
        attempt { try disk.journal.use(at: stepRound) } ?? nil
    }

    private func advance(beyond stepRound: StepRound, _ events: inout [Lockstep.Event]) {
        let rounds = plan.rounds(of: stepRound.step)
        if let round = rounds.first(where: { $0 > stepRound.round }) {
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
