import CohortGraph
import Exchange

/// Steps of a large cohort of learners that compute nothing, through relays to which nothing
/// befalls: how long they take where messages cost what a model says.
///
/// The rendezvous has no part in it: everyone has the addresses of its neighbours from the start.
package final class RelayTiming {
    /// How a run came out.
    package struct Outcome: Sendable {
        /// From the moment that the last learner has done a step to the same of the next, for steps
        /// without an evaluation; ascending.
        package var steps: [Duration] = []
        /// On average over all steps that count.
        package var learner = NodeTraffic()
        package var leaf = NodeTraffic()
        package var root = NodeTraffic()
        package var violation: String?
    }

    private enum Event {
        case start(Int)
        case tick(Int)
        /// A message reaches a node, which may be busy.
        case arrival(SimulatedNetwork.Delivery, bytes: Int)
        case delivery(SimulatedNetwork.Delivery)
    }

    /// Steps that are taken before anything is counted.
    private static let untimed = 1

    private let plan: SimulationPlan
    private let model: LatencyModel
    private let processes: [SimulatedProcess]
    private var random: SplitMix
    private var queue = EventQueue<Event>()
    private var now = Duration.zero
    /// Until when each node is busy with messages.
    private var busy: [Duration]
    private var traffic: [NodeTraffic]
    /// How many learners have done a step, and when the last of them had.
    private var done: [(learners: Int, at: Duration)]
    /// What goes through the nodes counts but for the first steps and the last: between two moments
    /// that are alike.
    private var isCounting: Bool {
        done[Self.untimed].learners == plan.learners
            && done[plan.steps - 1].learners < plan.learners
    }

    /// - Parameter plan: with relays, and of three steps at least.
    package init(_ plan: SimulationPlan, _ model: LatencyModel, seed: UInt64) {
        precondition(plan.circle != nil && plan.steps >= Self.untimed + 2)
        var plan = plan
        plan.checkpointInterval = plan.steps
        self.plan = plan
        self.model = model
        random = SplitMix(state: SplitMix.mix(seed))
        let witness = Witness(plan, .wait)
        processes = SimulatedProcess.all(of: plan, .wait, witness)
        busy = processes.map { _ in .zero }
        traffic = processes.map { _ in NodeTraffic() }
        done = Array(repeating: (0, .zero), count: plan.steps + 1)
    }

    /// Runs until every learner has done its last step, or something is wrong.
    package func run() -> Outcome {
        for process in processes {
            queue.enter(
                .start(process.number), at: random.duration(upTo: process.limits.beat))
        }
        var outcome = Outcome()
        while done[plan.steps].learners < plan.learners, let (time, event) = queue.next() {
            now = time
            let process = happen(event)
            outcome.violation =
                process?.violation
                ?? process?.failure.map { "'\(process?.name ?? "")' failed: \($0.message)" }
            if outcome.violation != nil { return outcome }
        }
        outcome.steps = stepTimes.sorted()
        let counted = Double(plan.steps - 1 - Self.untimed)
        let learners = traffic[..<plan.learners].reduce(into: NodeTraffic(), +=)
        outcome.learner = learners / (counted * Double(plan.learners))
        outcome.root = traffic[plan.learners] / counted
        outcome.leaf = traffic[plan.members - 1] / counted
        return outcome
    }

    private var stepTimes: [Duration] {
        (Self.untimed..<plan.steps).filter { plan.rounds(of: $0) == [.before] }
            .map { done[$0 + 1].at - done[$0].at }
    }

    /// - Returns: the process to which it happens, where it does something.
    private func happen(_ event: Event) -> SimulatedProcess? {
        switch event {
        case .arrival(let delivery, let bytes):
            let time = spend(on: bytes, at: delivery.to, \.received)
            queue.enter(.delivery(delivery), at: time)
            return nil
        case .start(let number):
            let process = processes[number]
            process.start(&random, at: now)
            process.handle(.roster(roster(for: process)), at: now)
            queue.enter(.tick(number), at: now)
            settle(process)
            return process
        case .tick(let number):
            let process = processes[number]
            process.handle(.tick, at: now)
            if let due = process.lockstep?.nextTick { queue.enter(.tick(number), at: due) }
            settle(process)
            return process
        case .delivery(let delivery):
            let process = processes[delivery.to]
            guard process.isAlive else { return nil }
            process.handle(
                .received(delivery.letter.message, from: delivery.channel), at: now)
            settle(process)
            return process
        }
    }

    private func roster(for process: SimulatedProcess) -> [RosterEntry] {
        process.links.students.map {
            RosterEntry(name: $0.peer, contact: Contact(address: "1"))
        }
    }

    /// Sends what a process has to send, and has a learner take its next step at once.
    private func settle(_ process: SimulatedProcess) {
        send(of: process)
        while process.takeChange(), process.isComputing {
            done[process.place].learners += 1
            done[process.place].at = now
            process.compute(at: now)
            send(of: process)
        }
    }

    private func send(of process: SimulatedProcess) {
        for (letter, channels) in process.takeOutbox() {
            let bytes = model.byteCount(of: letter.message)
            for channel in channels where channel != .rendezvous {
                guard let delivery = process.delivery(of: letter, over: channel) else { continue }
                let time = spend(on: bytes, at: process.number, \.sent)
                queue.enter(.arrival(delivery, bytes: bytes), at: time + model.latency)
            }
        }
    }

    /// Has a node be busy with a message as soon as it is free.
    ///
    /// - Returns: when that is done.
    private func spend(
        on bytes: Int, at node: Int, _ direction: WritableKeyPath<NodeTraffic, NodeTraffic.Count>
    ) -> Duration {
        let effort = model.effort(of: bytes)
        busy[node] = max(now, busy[node]) + effort
        if isCounting {
            traffic[node][keyPath: direction].messages += 1
            traffic[node][keyPath: direction].bytes += Double(bytes)
            traffic[node].busy += effort
        }
        return busy[node]
    }
}

/// What goes through a node.
package struct NodeTraffic: Sendable {
    package struct Count: Sendable {
        package var messages = 0.0
        package var bytes = 0.0
    }

    package var received = Count()
    package var sent = Count()
    /// How long the node is busy with it.
    package var busy = Duration.zero

    static func += (left: inout NodeTraffic, right: NodeTraffic) {
        left.received.messages += right.received.messages
        left.received.bytes += right.received.bytes
        left.sent.messages += right.sent.messages
        left.sent.bytes += right.sent.bytes
        left.busy += right.busy
    }

    static func / (left: NodeTraffic, count: Double) -> NodeTraffic {
        NodeTraffic(
            received: Count(
                messages: left.received.messages / count, bytes: left.received.bytes / count),
            sent: Count(messages: left.sent.messages / count, bytes: left.sent.bytes / count),
            busy: left.busy / count)
    }
}
