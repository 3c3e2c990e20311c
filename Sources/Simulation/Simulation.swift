import CohortGraph
import Exchange
import Foundation

/// One run of a cohort of which everything follows from a seed: the locksteps and the rendezvous
/// that ship, on a simulated network, with simulated clocks, disks and deaths.
package final class Simulation {
    /// How a run came out.
    package struct Outcome: Hashable, Sendable {
        package var seed: UInt64
        package var missing: Missing
        /// What must not be; nil where all went well.
        package var violation: String?
        /// Of all that happened, in order.
        package var digest: UInt64
        /// Messages that arrived.
        package var messages = 0
        package var kills = 0
        package var partitions = 0
        package var clockJumps = 0
        /// How much time passed in the simulated world.
        package var time = Duration.zero
    }

    enum Event {
        case delivery(SimulatedNetwork.Delivery)
        case tick(number: Int, life: Int)
        case computed(number: Int, life: Int)
        case start(number: Int)
        case rendezvous
        case exit(number: Int, life: Int)
        case fault
        case heal(Partition)
    }

    /// No progress for so long, without faults, is being stuck: many times the limit of a step.
    /// With faults it takes ten times as long.
    private let patience: Duration

    let plan: SimulationPlan
    let missing: Missing
    let limits: ExchangeLimits
    var random: SplitMix
    var outcome: Outcome
    var network: SimulatedNetwork
    /// Learners, then relays.
    var processes: [SimulatedProcess]
    var queue = EventQueue<Event>()
    var now = Duration.zero
    /// When each process' clock ticks next.
    private var ticks: [Int: Duration] = [:]
    /// How far each process' clock is ahead.
    var clocks: [Duration]
    /// Those whose process has ended well.
    var gone: Set<Int> = []
    /// After so many steps of all together, nothing befalls the cohort any more.
    let calmAfter: Int
    var isCalm: Bool { network.isCalm }
    private let witness: Witness
    private var rendezvous: RosterBook
    private var progress = (steps: 0, since: Duration.zero)

    /// Told what happens, with the time.
    private let trace: ((String) -> Void)?

    package init(
        _ plan: SimulationPlan, seed: UInt64, trace: ((String) -> Void)? = nil
    ) {
        var plan = plan
        plan.journals = plan.journals.map { "\($0)/seed-\(seed)" }
        self.plan = plan
        self.trace = trace
        missing = plan.missing(of: seed)
        limits = SimulatedProcess.limits(plan, missing)
        patience = limits.step * 10
        random = SplitMix(state: SplitMix.mix(seed))
        outcome = Outcome(seed: seed, missing: missing, digest: seed)
        network = SimulatedNetwork(plan.faults, nodes: plan.members + 1, &random)
        let witness = Witness(plan, missing)
        self.witness = witness
        let (missing, names) = (missing, (0..<plan.members).map(plan.name(of:)))
        processes = SimulatedProcess.all(of: plan, missing, witness)
        clocks = processes.map { _ in .zero }
        let all = plan.learners * plan.steps
        calmAfter = Int.random(in: all / 2...all + all / 10, using: &random)
        rendezvous = RosterBook(
            sender: Sender(
                run: SimulatedProcess.run, configurationDigest: SimulatedProcess.configuration,
                name: "rendezvous", incarnation: 1),
            expected: names, neighbourhood: plan.neighbourhood,
            optional: missing.goesOn ? Set(names) : [], limits: limits, at: .zero)
    }

    /// Runs until all have ended, or something is wrong.
    package func run() -> Outcome {
        for process in processes {
            if plan.faults.contains(.clock) {
                clocks[process.number] = random.duration(upTo: .seconds(3600))
            }
            queue.enter(.start(number: process.number), at: random.duration(upTo: .seconds(1)))
        }
        queue.enter(.rendezvous, at: limits.beat)
        queue.enter(.fault, at: nextFault)
        while gone.count < processes.count, outcome.violation == nil,
            let (time, event) = queue.next()
        {
            now = time
            happen(event)
            watchProgress()
        }
        outcome.time = now
        if let journals = plan.journals { try? FileManager.default.removeItem(atPath: journals) }
        return outcome
    }

    private func happen(_ event: Event) {
        switch event {
        case .delivery(let delivery): deliver(delivery)
        case .tick(let number, let life):
            guard processes[number].isAlive, processes[number].starts == life,
                ticks[number] == now
            else { return }
            ticks[number] = nil
            handle(.tick, of: number)
        case .computed(let number, let life):
            let process = processes[number]
            guard process.isComputing, process.starts == life else { return }
            note(number, process.place)
            process.compute(at: now + clocks[number])
            settle(number)
            scheduleTick(of: number)
        case .start(let number): start(number)
        case .rendezvous:
            carry(out: rendezvous.tick(at: now))
            queue.enter(.rendezvous, at: now + limits.beat)
        case .exit(let number, let life):
            guard processes[number].isAlive, processes[number].starts == life else { return }
            logEvent("'\(processes[number].name)' ends")
            processes[number].kill()
            gone.insert(number)
        case .fault:
            strike()
            if !isCalm { queue.enter(.fault, at: nextFault) }
        case .heal(let partition): heal(partition)
        }
    }

    /// Adds to the digest of all that happened.
    private func note(_ number: Int, _ what: Int) {
        outcome.digest = SplitMix.mix(
            outcome.digest ^ UInt64(number + 1) ^ UInt64(truncatingIfNeeded: what) << 8
                ^ UInt64(now / .nanoseconds(1)) << 16)
    }

    func logEvent(_ text: @autoclosure () -> String) {
        trace?("\((now / .milliseconds(1)).rounded() / 1000) s: \(text())")
    }

    private func watchProgress() {
        if witness.progress > progress.steps { progress = (witness.progress, now) }
        if witness.progress >= calmAfter, !isCalm {
            logEvent("nothing more befalls the cohort")
            network.isCalm = true
            progress.since = now
        }
        guard now - progress.since > (isCalm ? patience : patience * 10) else { return }
        let places = processes.filter { !gone.contains($0.number) }.map {
            "'\($0.name)' at step \($0.place)"
        }
        outcome.violation = "stuck for \(patience): \(places.joined(separator: ", "))"
    }
}

// MARK: - Processes

extension Simulation {
    private func start(_ number: Int) {
        guard !processes[number].isAlive, !gone.contains(number) else { return }
        note(number, -1)
        processes[number].start(&random, at: now + clocks[number])
        logEvent("'\(processes[number].name)' starts from step \(processes[number].place)")
        ticks[number] = nil
        settle(number)
        scheduleTick(of: number)
    }

    /// Has a process' clock tick when it is due, unless it ticks before.
    private func scheduleTick(of number: Int) {
        guard let due = processes[number].lockstep?.nextTick else { return }
        let time = max(due - clocks[number], now)
        if let earlier = ticks[number], earlier <= time { return }
        ticks[number] = time
        queue.enter(.tick(number: number, life: processes[number].starts), at: time)
    }

    private func handle(_ event: Lockstep.Event, of number: Int) {
        processes[number].handle(event, at: now + clocks[number])
        settle(number)
        scheduleTick(of: number)
    }

    /// Sends what a process has to send, and has it go on.
    private func settle(_ number: Int) {
        let process = processes[number]
        for (letter, channels) in process.takeOutbox() {
            for channel in channels {
                guard let delivery = process.delivery(of: letter, over: channel) else { continue }
                post(delivery, from: number)
            }
        }
        for notice in process.takeNotices() { logEvent("'\(process.name)': \(notice)") }
        if outcome.violation == nil { outcome.violation = process.violation }
        if let failure = process.failure {
            let text = "'\(process.name)' failed: \(failure.message)"
            outcome.violation = outcome.violation ?? text
            return
        }
        if !process.isAlive, !gone.contains(number) { return restartLater(number) }
        guard process.takeChange() else { return }
        if process.hasEnded {
            queue.enter(
                .exit(number: number, life: process.starts),
                at: now + random.duration(upTo: .seconds(1)))
        } else {
            queue.enter(
                .computed(number: number, life: process.starts),
                at: now + random.duration(upTo: .milliseconds(20)))
        }
    }

    func restartLater(_ number: Int) {
        outcome.kills += 1
        logEvent("'\(processes[number].name)' is killed at step \(processes[number].place)")
        if plan.faults.contains(.disk) { processes[number].damageDisk(&random) }
        queue.enter(.start(number: number), at: now + random.duration(upTo: .seconds(5)))
    }
}

// MARK: - Messages

extension Simulation {
    private func post(_ delivery: SimulatedNetwork.Delivery, from: Int) {
        guard !network.isCut(from: from, to: delivery.to) else { return }
        let arrivals = network.arrivals(from: from, to: delivery.to, at: now, &random)
        if let time = arrivals.first { queue.enter(.delivery(delivery), at: time) }
        if let time = arrivals.second { queue.enter(.delivery(delivery), at: time) }
    }

    private func deliver(_ delivery: SimulatedNetwork.Delivery) {
        outcome.messages += 1
        note(delivery.to, Int(delivery.letter.message.position.step))
        if delivery.to == plan.rendezvous {
            guard case .inbox(let route) = delivery.channel else { return }
            return carry(out: rendezvous.receive(delivery.letter.message, over: route, at: now))
        }
        let process = processes[delivery.to]
        guard process.isAlive, process.starts == delivery.life else { return }
        handle(.received(delivery.letter.message, from: delivery.channel), of: delivery.to)
    }

    private func carry(out actions: [RosterBook.Action]) {
        for case .send(let message, let routes) in actions {
            let letter = SimulatedNetwork.Letter(message)
            for route in routes {
                let (number, life) = SimulatedNetwork.node(of: route)
                let delivery = SimulatedNetwork.Delivery(
                    letter: letter, to: number, life: life, channel: .rendezvous)
                post(delivery, from: plan.rendezvous)
            }
        }
    }
}
