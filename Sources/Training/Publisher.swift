import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What a learner says to those that it teaches.
struct Publisher {
    private let name: String
    private let plan: TeachingPlan
    private let offers: [KnowledgeOffer]
    private let exchange: (any KnowledgeExchange)?
    private let attack: Attack?
    private let key: RandomKey
    private let circle: RelayCircle?

    init(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        name = assembly.name
        plan = assembly.plan
        offers = assembly.offers
        self.exchange = exchange
        attack = assembly.attack
        key = assembly.key.child("attack")
        circle = assembly.plan.circle(of: assembly.name)
    }

    /// Whether anyone is taught at a step and round.
    func publishes(at step: Int, _ round: Round) -> Bool {
        exchange != nil && !plan.published(by: name, step: step, round: round).isEmpty
    }

    /// What was said of one forward pass.
    struct Published {
        /// What lossy codecs cost, by the name of the tensor.
        var codecErrors: [String: Double] = [:]
        /// The learner's part of the sum that its relay makes; nil where the relay leaves it out.
        var sum: ProbabilitySum?
    }

    /// Publishes what the students need of a forward pass.
    func publish(
        _ view: ModelView, of batch: Batch, at step: Int, _ round: Round
    ) throws -> Published {
        let needed = plan.published(by: name, step: step, round: round)
        var published = Published()
        guard let exchange, !needed.isEmpty else { return published }
        let view = attack.map { view.falsified(by: $0, key: key.child(step)) } ?? view
        var tensors: [KnowledgeTensor] = []
        for offer in offers where needed.contains(offer.name) {
            let tensor = offer.tensor(of: view)
            published.codecErrors[offer.name] = try offer.error(of: tensor, from: view)
            tensors.append(tensor)
        }
        if let circle, needed.contains(KnowledgeTensor.sumName(at: circle.edge.temperature)),
            let offer = offers.first(where: { $0.name == plan.offer(of: circle) })
        {
            let sum = try offer.sum(of: view)
            tensors.append(KnowledgeTensor(sum, temperature: circle.edge.temperature))
            published.sum = sum.isFinite ? sum : nil
        }
        try exchange.publish(
            Knowledge(
                epoch: batch.epoch, step: step, round: round, batchDigest: batch.digest,
                tensors: tensors))
        return published
    }

    /// Shows the logits of held-out samples to those that ask for them at this step.
    ///
    /// - Parameters:
    ///   - step: the last that was done.
    ///   - round: evaluation or validation.
    func show(
        _ logits: Tensor, of data: HeldOutData, epoch: Int, step: Int, _ round: Round
    ) throws {
        let needed = plan.published(by: name, step: step, round: round)
        guard let exchange, !needed.isEmpty else { return }
        var tensors: [KnowledgeTensor] = []
        if needed.contains(KnowledgeTensor.logitsName) {
            tensors.append(KnowledgeTensor(logits: logits))
        }
        if needed.contains(KnowledgeTensor.sumName(at: 1)) {
            let sum = ProbabilitySum(of: [logits], temperature: 1)
            tensors.append(KnowledgeTensor(sum, temperature: 1))
        }
        try exchange.publish(
            Knowledge(
                epoch: epoch, step: step, round: round, batchDigest: data.digest,
                tensors: tensors))
    }

    /// As ``show(_:of:epoch:step:_:)``, and returns the logits of the teachers that show theirs.
    ///
    /// - Parameter late: is added what comes late meanwhile.
    func trade(
        _ logits: Tensor, of data: HeldOutData, epoch: Int, step: Int, _ round: Round,
        late: inout [(sender: String, knowledge: Knowledge)]
    ) throws -> [(name: String, logits: Tensor)] {
        try show(logits, of: data, epoch: epoch, step: step, round)
        guard let exchange, plan.isTaught(name, step: step, round: round) else { return [] }
        let gathering = try exchange.gather(step: step, round: round, batchDigest: data.digest)
        late += gathering.late
        return try logitsBySender(gathering).sorted { $0.key < $1.key }
            .map { (name: $0.key, logits: $0.value) }
    }

    /// Shows the logits of the test samples, and adds up the probabilities of all that show theirs.
    ///
    /// - Parameter late: is added what comes late meanwhile.
    /// - Returns: the sum and whose it is, this learner first; nil where nobody else shows any.
    func ensemble(
        _ logits: Tensor, of data: HeldOutData, epoch: Int, step: Int,
        late: inout [(sender: String, knowledge: Knowledge)]
    ) throws -> (sum: ProbabilitySum, members: [String])? {
        let others = try trade(logits, of: data, epoch: epoch, step: step, .evaluation, late: &late)
        let own = ProbabilitySum(of: [logits], temperature: 1)
        var sum = own
        for other in others { sum.add(other.logits, temperature: 1) }
        var members = [name] + others.map(\.name)
        if let exchange, let circle, plan.isTaught(name, step: step, round: .ensemble) {
            var received = ReceivedKnowledge()
            received.add(
                try exchange.gather(step: step, round: .ensemble, batchDigest: data.digest))
            late += received.late
            if let total = try received.sum(at: 1) {
                sum += total
                if circle.sources.contains(name) { sum -= own }
                members += circle.sources.filter { $0 != name }
            }
        }
        return members.count > 1 ? (sum, members) : nil
    }
}
