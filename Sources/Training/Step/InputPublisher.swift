import CohortGraph
import Exchange
import NeuralNetwork

/// Sends teachers that have no samples the batches that they teach on, before a learner's own step.
struct InputPublisher {
    private let name: String
    private let deliveries: Deliveries
    private let exchange: any KnowledgeExchange
    private let rounds: [Round]
    private var offers: [InputOffer]

    /// Nil for a learner that sends none.
    init?(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        guard let exchange, !assembly.inputs.isEmpty else { return nil }
        self.exchange = exchange
        name = assembly.name
        deliveries = assembly.plan.deliveries
        offers = assembly.inputs
        let schedule = deliveries.rounds
        rounds = schedule.rounds.filter { schedule.samples(of: $0) == .inputs }
    }

    /// Publishes all that is due at a step.
    ///
    /// - Parameter written: what the learner wrote for the step in place of its samples; nil for
    ///   those of the data.
    mutating func publish(at step: Int, written: Tensor?) throws {
        for round in rounds {
            let due = deliveries.published(by: name, step: step, round: round)
            guard !due.isEmpty else { continue }
            let message = StepRound(step: step, round: round)
            var parts: [Knowledge] = []
            for index in offers.indices where due.contains(offers[index].name) {
                parts.append(
                    offers[index].knowledge(
                        of: step + round.stepsAhead, in: message, written: written))
            }
            var knowledge = parts[0]
            knowledge.tensors = parts.flatMap(\.tensors)
            try exchange.publish(knowledge)
        }
    }
}
