import CohortGraph
import Exchange

/// Several locksteps and their messages on the way, under a test's own clock and order of delivery.
final class SimulatedCohort {
    struct Delivery {
        var message: Message
        var to: String
        var from: Lockstep.Channel
    }

    var locksteps: [String: Lockstep] = [:]
    var underway: [Delivery] = []
    var answers: [String: [Lockstep.Answer]] = [:]
    var notices: [String: [String]] = [:]
    /// Those of whom the rendezvous knows that they have ended.
    var gone: Set<String> = []
    /// What each has published and written down.
    var journals: [String: [Knowledge]] = [:]
    /// What each is asked to publish and may not yet.
    var unpublished: [String: Knowledge] = [:]
    var now = Duration.zero
    let limits: ExchangeLimits
    private let teaching: Teaching
    private let isOptional: Bool
    private let keepsLate: Bool
    private let schedule: RoundSchedule
    private let tensorsDue: @Sendable (String, String, Int, Round) -> [String]

    /// A cohort whose learners know one another's addresses and have not said anything yet.
    init(
        _ teaching: Teaching, identities: [String: ExchangeIdentity] = [:],
        limits: ExchangeLimits = ExchangeLimits(), isOptional: Bool = false,
        keepsLate: Bool = false, schedule: RoundSchedule = .standard,
        tensorsDue:
            @escaping @Sendable (_ from: String, _ to: String, _ step: Int, _ round: Round) ->
            [String] = { _, _, _, _ in ["logits"] }
    ) {
        self.limits = limits
        self.teaching = teaching
        self.tensorsDue = tensorsDue
        self.isOptional = isOptional
        self.keepsLate = keepsLate
        self.schedule = schedule
        for name in teaching.keys.sorted() {
            locksteps[name] = lockstep(
                name, identities[name] ?? identity(name), past: Past())
        }
    }

    private func lockstep(
        _ name: String, _ identity: ExchangeIdentity, past: Past
    ) -> Lockstep {
        let tensorsDue = tensorsDue
        return Lockstep(
            identity: identity,
            teachers: teaching[name]!.map { teacher in
                Lane(teacher, isOptional: isOptional, keepsLate: keepsLate) {
                    tensorsDue(teacher, name, $0, $1)
                }
            },
            students: students(of: name, in: teaching).map { student in
                Lane(student, isOptional: isOptional, keepsLate: keepsLate) {
                    tensorsDue(name, student, $0, $1)
                }
            }, contact: nil, limits: limits, schedule: schedule, past: past, at: now)
    }

    /// Kills a learner and starts it again after some steps. What it said is still on its way.
    func restart(
        _ name: String, _ identity: ExchangeIdentity, step: Int, oldest: Int = 0,
        state: ExchangeState? = nil
    ) {
        underway.removeAll { $0.to == name }
        answers[name] = nil
        unpublished[name] = nil
        let published = (journals[name] ?? []).map { knowledge in
            (
                slot: Slot(step: knowledge.step, round: knowledge.round),
                byteCount: knowledge.tensors.reduce(0) { $0 + $1.payload.count }
            )
        }
        locksteps[name] = lockstep(
            name, identity,
            past: Past(
                published: published, step: step, oldest: min(oldest, step), state: state)
        )
        for other in locksteps.keys.sorted() { start(other) }
    }

    /// Which life of a learner it is.
    func life(of name: String) -> UInt64 { locksteps[name]!.identity.sender.incarnation }

    /// Gives a learner everyone's address: it begins to greet.
    func start(_ name: String) {
        let roster = locksteps.keys.sorted().map {
            let address = gone.contains($0) ? "" : "\($0) \(life(of: $0))"
            return RosterEntry(name: $0, contact: Contact(address: address))
        }
        handle(.roster(roster), of: name)
    }

    func startAll() {
        for name in locksteps.keys.sorted() { start(name) }
        deliverAll()
    }

    func handle(_ event: Lockstep.Event, of name: String) {
        for action in locksteps[name]?.handle(event, at: now) ?? [] {
            switch action {
            case .connect: break
            case .notice(let text): notices[name, default: []].append(text)
            case .answer(let answer): take(answer, of: name)
            case .recall(let slot, let student):
                let found = journals[name]?.last { ($0.step, $0.round) == (slot.step, slot.round) }
                if let found { handle(.recalled(found, for: student), of: name) }
            case .release(let step): journals[name]?.removeAll { $0.step < step }
            case .send(let message, let channels):
                underway += channels.compactMap { delivery(message, over: $0, of: name) }
            }
        }
    }

    /// What may be sent is written down; what was gathered counts as used at once.
    private func take(_ answer: Lockstep.Answer, of name: String) {
        answers[name, default: []].append(answer)
        switch answer {
        case .done:
            guard let knowledge = unpublished.removeValue(forKey: name) else { return }
            if journals[name]?.contains(knowledge) != true {
                journals[name, default: []].append(knowledge)
            }
            handle(.published(knowledge), of: name)
        case .gathered: handle(.used, of: name)
        case .failed: break
        }
    }

    /// A teacher's route is its name.
    private func delivery(
        _ message: Message, over channel: Lockstep.Channel, of sender: String
    ) -> Delivery? {
        switch channel {
        case .student(let name):
            Delivery(message: message, to: name, from: .inbox(route: Array(sender.utf8)))
        case .inbox(let route):
            Delivery(
                message: message, to: String(decoding: route, as: UTF8.self), from: .student(sender)
            )
        case .rendezvous: nil
        }
    }

    func deliver(at index: Int = 0) {
        let delivery = underway.remove(at: index)
        handle(.received(delivery.message, from: delivery.from), of: delivery.to)
    }

    func deliverAll() {
        while !underway.isEmpty { deliver() }
    }

    /// Lets time pass in beats, each delivering what is said.
    func pass(_ time: Duration, silent: Set<String> = []) {
        let end = now + time
        while now < end {
            now += limits.beat
            for name in locksteps.keys.sorted() where !silent.contains(name) {
                handle(.tick, of: name)
            }
            underway.removeAll { silent.contains($0.to) }
            deliverAll()
        }
    }

    func publish(_ name: String, _ step: Int, _ round: Round = .before) {
        publish(knowledge(name, step, round: round), of: name)
    }

    func publish(_ knowledge: Knowledge, of name: String) {
        unpublished[name] = knowledge
        handle(.request(.publish(knowledge)), of: name)
    }

    func gather(_ name: String, _ step: Int, _ round: Round = .before, roll: Attendance? = nil) {
        let slot = Slot(step: step, round: round)
        handle(.request(.gather(slot, batchDigest: UInt64(step), roll: roll)), of: name)
    }

    func finish(_ name: String, _ lastStep: Int) {
        handle(.request(.finish(lastStep: lastStep)), of: name)
    }

    /// The answers since this was last asked.
    func takeAnswers(_ name: String) -> [Lockstep.Answer] {
        answers.removeValue(forKey: name) ?? []
    }

    /// The one failure since this was last asked.
    func takeFailure(_ name: String) -> ExchangeFailure? {
        for case .failed(let failure) in takeAnswers(name) { return failure }
        return nil
    }

    func takeGathering(_ name: String) -> Gathering? {
        for case .gathered(let gathering) in takeAnswers(name) { return gathering }
        return nil
    }

    func takeDone(_ name: String) -> Bool {
        let answers = takeAnswers(name)
        guard answers.count == 1, case .done = answers[0] else { return false }
        return true
    }
}

/// Every order of some things.
func permutations<T>(_ items: [T]) -> [[T]] {
    guard let first = items.first else { return [[]] }
    return permutations(Array(items.dropFirst())).flatMap { rest in
        (0...rest.count).map { place in
            var order = rest
            order.insert(first, at: place)
            return order
        }
    }
}
