import CohortGraph
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

    init(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        name = assembly.name
        plan = assembly.plan
        offers = assembly.offers
        self.exchange = exchange
        attack = assembly.attack
        key = assembly.key.child("attack")
    }

    /// Whether anyone is taught at a step and phase.
    func publishes(at step: Int, _ phase: Phase) -> Bool {
        exchange != nil && !plan.published(by: name, step: step, phase: phase).isEmpty
    }

    /// Publishes what the pupils need of a forward pass.
    ///
    /// - Returns: what lossy codecs cost, by the name of the tensor.
    func publish(
        _ view: ModelView, of batch: Batch, at step: Int, _ phase: Phase
    ) throws -> [String: Double] {
        let needed = plan.published(by: name, step: step, phase: phase)
        guard let exchange, !needed.isEmpty else { return [:] }
        let view = attack.map { view.falsified(by: $0, key: key.child(step)) } ?? view
        var tensors: [KnowledgeTensor] = []
        var errors: [String: Double] = [:]
        for offer in offers where needed.contains(offer.name) {
            let tensor = offer.tensor(of: view)
            errors[offer.name] = try offer.error(of: tensor, from: view)
            tensors.append(tensor)
        }
        try exchange.publish(
            Knowledge(
                epoch: batch.epoch, step: step, phase: phase, batchDigest: batch.digest,
                tensors: tensors))
        return errors
    }

    /// Shows the logits of held-out samples to those that ask for them at this step.
    ///
    /// - Parameters:
    ///   - step: the last that was done.
    ///   - phase: evaluation or validation.
    func show(
        _ logits: Tensor, of data: HeldOutData, epoch: Int, step: Int, _ phase: Phase
    ) throws {
        guard let exchange, publishes(at: step, phase) else { return }
        try exchange.publish(
            Knowledge(
                epoch: epoch, step: step, phase: phase, batchDigest: data.digest,
                tensors: [KnowledgeTensor(logits: logits)]))
    }

    /// As ``show(_:of:epoch:step:_:)``, and returns the logits of the teachers that show theirs.
    func trade(
        _ logits: Tensor, of data: HeldOutData, epoch: Int, step: Int, _ phase: Phase
    ) throws -> [(name: String, logits: Tensor)] {
        try show(logits, of: data, epoch: epoch, step: step, phase)
        guard let exchange, plan.isTaught(name, step: step, phase: phase) else { return [] }
        let gathering = try exchange.gather(step: step, phase: phase, batchDigest: data.digest)
        return try logitsBySender(gathering).sorted { $0.key < $1.key }
            .map { (name: $0.key, logits: $0.value) }
    }
}
