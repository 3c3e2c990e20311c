import CohortGraph
import Exchange

/// A relay's process: it adds up what those below publish, and sends them the sum of all. A kill
/// leaves nothing of it.
final class SimulatedRelay: SimulatedProcess {
    /// What it does for a step, one after another.
    private enum Task {
        case gather(StepRound)
        case publish(StepRound)
    }

    private var step = 0
    private var first = RelayStart()
    /// What is left to do at the present step, the next at last.
    private var tasks: [Task] = []
    /// Of what was gathered last, in units.
    private var sum: [Int64] = []
    /// What it published in this life and may have to send again.
    private var journal: [StepRound: Knowledge] = [:]
    private let parent: String?

    override init(
        _ number: Int, _ plan: SimulationPlan, _ missing: Missing, _ witness: Witness
    ) {
        parent = plan.parent(of: number)
        super.init(number, plan, missing, witness)
    }

    override var place: Int { step }

    override func start(_ random: inout SplitMix, at now: Duration) {
        journal = [:]
        tasks = []
        step = 0
        begin(
            life: Incarnation.relay(name, run: "simulation", life: starts + 1),
            relay: RelayPlace(parent: parent), at: now)
    }

    override func published(at stepRound: StepRound) -> Knowledge? { journal[stepRound] }

    override func release(before step: Int) {
        journal = journal.filter { $0.key.step >= step }
    }

    override func goOn(_ events: inout [Lockstep.Event]) {
        switch program {
        case .joining:
            first = lockstep?.relay?.start ?? RelayStart()
            step = first.first
            if plan.sabotage == .start, starts > 1, step < plan.steps { step += 1 }
            tasks = tasksOfStep
            proceed(&events)
        case .publishing(let knowledge):
            let stepRound = StepRound(step: knowledge.step, round: knowledge.round)
            // Whenever it crashes, nobody has received this.
            if crashPoint != nil { return kill() }
            journal[stepRound] = knowledge
            report(
                witness.published(SimulatedKnowledge.bits(of: knowledge), by: number, at: stepRound)
            )
            events.append(.published(knowledge))
            proceed(&events)
        case .finishing: program = .ended
        case .computing, .gathering, .ended: objectToAnswer()
        }
    }

    override func use(
        _ gathering: Gathering, at stepRound: StepRound, _ events: inout [Lockstep.Event]
    ) {
        sum = Array(repeating: 0, count: SimulatedKnowledge.classes + 1)
        for (sender, knowledge) in gathering.knowledge {
            let bits = SimulatedKnowledge.bits(of: knowledge)
            report(witness.used(bits, of: sender, at: stepRound, by: number))
            for tensor in knowledge.tensors {
                guard let units = try? tensor.units() else { return object("reads no sum") }
                sum = zip(sum, units).map { $0 &+ $1 }
            }
        }
        let givers = links.teachers.filter {
            !$0.tensorsDue(stepRound.step, stepRound.round).isEmpty
        }
        report(
            witness.tookPart(
                gathering.knowledge.map(\.sender), of: givers, at: stepRound, with: number))
        events.append(.used)
        proceed(&events)
    }

    /// Does what is next.
    private func proceed(_ events: inout [Lockstep.Event]) {
        if tasks.isEmpty, step < plan.steps {
            step += 1
            if let lockstep { report(witness.holds(lockstep.held, limits, name)) }
            tasks = tasksOfStep
        }
        switch tasks.popLast() {
        case .gather(let stepRound):
            program = .gathering(stepRound)
            events.append(
                .request(
                    .gather(stepRound, batchDigest: SimulatedKnowledge.digest(ofBatch: stepRound))))
        case .publish(let stepRound):
            let knowledge = SimulatedKnowledge.make(sum, at: stepRound)
            program = .publishing(knowledge)
            events.append(.request(.publish(knowledge)))
        case nil:
            program = .finishing
            events.append(.request(.finish(lastStep: plan.steps - 1)))
        }
    }

    /// All that is to be done at the present step, the first at last: up with the parts, and down
    /// with the sum, where anybody below still needs it.
    private var tasksOfStep: [Task] {
        guard step < plan.steps else { return [] }
        let isTold = step >= first.firstTold
        return plan.rounds(of: step).flatMap { round -> [Task] in
            let up = StepRound(step: step, round: round)
            let down = StepRound(step: step, round: round.ofSum)
            let upward = parent == nil ? [Task.gather(up)] : [.gather(up), .publish(up)]
            let downward = parent == nil ? [Task.publish(down)] : [.gather(down), .publish(down)]
            return upward + (isTold ? downward : [])
        }.reversed()
    }
}
