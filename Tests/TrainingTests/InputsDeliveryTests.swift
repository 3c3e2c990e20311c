import Bytes
import CohortGraph
import Exchange
import Testing
import Training

/// Which student sends a teacher without samples which batch, in which message.
@Suite(.timeLimit(.minutes(1))) struct InputsDeliveryTests {
    /// How many steps each student learns.
    private static let budgets = ["a": 9, "b": 12, "t": 0, "t-2": 0, "t-3": 0]

    /// A teacher of so many nodes, and two students.
    private func deliveries(replicas: Int, burnIn: Int = 0, every: Int = 1) -> Deliveries {
        var edge = EdgeOptions(loss: "kd")
        edge.inputs = .send
        edge.schedule.burnIn = burnIn
        edge.schedule.every = every
        let nodes = (1..<replicas).map { "t-\($0 + 1)" }
        let learners =
            [Learner(name: "t", role: .teacher)]
            + nodes.map { Learner(name: $0, role: .teacher, original: "t") }
            + ["a", "b"].map { Learner(name: $0) }
        let graph = TeachingGraph(
            learners: learners, groups: ["a", "b"].map { EdgeGroup(from: ["t"], to: $0, edge) })
        let clock = EpochClock(samples: 20, batch: 4)
        return TeachingPlan(
            graph, offers: ["logits", "logits"],
            calendar: TrainingCalendar(
                budgets: Self.budgets, clocks: Self.budgets.mapValues { _ in clock },
                evaluationEpochs: 1),
            key: RandomKey(seed: 1)
        ).deliveries
    }

    /// What a node is sent: the message, the sender and the step whose batch it carries.
    private func sent(
        to node: String, _ deliveries: Deliveries
    ) -> [(message: StepRound, sender: String, step: Int)] {
        (0..<12).flatMap { step in
            deliveries.rounds.rounds.flatMap { round in
                ["a", "b"].filter {
                    !deliveries.tensorsDue(from: $0, to: node, step: step, round: round).isEmpty
                }.map {
                    (StepRound(step: step, round: round), $0, step + round.stepsAhead)
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3], [(0, 1), (5, 1), (0, 3)])
    func eachAnswerHasItsBatchOnceAndEarly(replicas: Int, schedule: (Int, Int)) {
        let deliveries = deliveries(replicas: replicas, burnIn: schedule.0, every: schedule.1)
        let nodes = ["t"] + (1..<replicas).map { "t-\($0 + 1)" }
        var answered: [Int] = []
        for node in nodes {
            let sent = sent(to: node, deliveries)
            let answers = (0..<12).filter { step in
                !deliveries.published(by: node, step: step, round: .before).isEmpty
            }
            #expect(sent.map(\.step) == answers)
            for (message, sender, step) in sent {
                // Whoever learns longer sends when the other has ended.
                #expect(sender == (step < 9 ? "a" : "b"))
                #expect(message.step == max(0, step - replicas))
            }
            answered += answers
        }
        let due = (0..<12).filter { $0 >= schedule.0 && ($0 - schedule.0) % schedule.1 == 0 }
        #expect(answered.sorted() == due)
    }

    /// Steps and rounds ascend also where the samples of several steps are sent at the first.
    @Test func samplesComeBeforeTheKnowledgeOfTheirStep() {
        let rounds = deliveries(replicas: 3).rounds.rounds
        #expect(rounds.prefix(4) == (0...3).map(Round.inputs)[...])
        #expect(rounds == rounds.sorted())
    }

    /// Who has no samples is tested on none.
    @Test func noHeldOutSamplesAreAskedOf() {
        let deliveries = deliveries(replicas: 2)
        for step in 0..<12 {
            for node in ["t", "t-2"] {
                #expect(deliveries.published(by: node, step: step, round: .evaluation).isEmpty)
            }
        }
    }

    @Test func aGraphWithoutSendersHasTheUsualRounds() {
        let graph = TeachingGraph(
            learners: [Learner(name: "a"), Learner(name: "b")],
            groups: [EdgeGroup(from: ["a"], to: "b", EdgeOptions(loss: "kd"))])
        let plan = TeachingPlan(
            graph, offers: ["logits"],
            calendar: TrainingCalendar(
                budgets: ["a": 3, "b": 3], clocks: [:], evaluationEpochs: 0),
            key: RandomKey(seed: 1))
        #expect(plan.deliveries.rounds == .standard)
    }
}
