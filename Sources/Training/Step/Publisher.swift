import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// Publishes a learner's knowledge of batches and of held-out samples to its students.
struct Publisher {
    let assembly: LearnerAssembly
    let exchange: (any KnowledgeExchange)?
    let circle: RelayTree?
    /// How many steps early the learner publishes its knowledge.
    private let lookAhead: Int

    init(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        self.assembly = assembly
        self.exchange = exchange
        circle = assembly.plan.deliveries.circle(of: assembly.name)
        lookAhead = assembly.plan.deliveries.lookAhead(of: assembly.name)
    }

    var name: String { assembly.name }
    var deliveries: Deliveries { assembly.plan.deliveries }

    /// Whether the learner publishes anything at a step and round.
    func publishes(at step: Int, _ round: Round) -> Bool {
        exchange != nil && !deliveries.published(by: name, step: step, round: round).isEmpty
    }

    /// What was published of one forward pass.
    struct Published {
        /// What lossy codecs cost, by the name of the tensor.
        var codecErrors: [String: Double] = [:]
        /// The learner's part of the sum that its relay makes; nil where the relay leaves it out.
        var sum: ProbabilitySum?
    }

    /// Publishes what the students need before the update of a step: knowledge of its batch, or
    /// where students take knowledge early, of the batches of later steps.
    ///
    /// - Parameters:
    ///   - views: of the batch of the step.
    ///   - ahead: the batches of later steps, by step; empty for a learner that publishes nothing
    ///     early.
    func publish(
        _ views: StepViews, of batch: Batch, _ ahead: [(step: Int, batch: Batch)],
        with state: LearnerState
    ) throws -> Published {
        guard lookAhead > 0 else {
            return try publish(of: batch, at: state.step, .before) { try views($0) }
        }
        var published = Published()
        for (step, batch) in ahead where publishes(at: step, .before) {
            let views = try self.views(
                of: StepBatches(own: batch), state, key: assembly.key.child("ahead").child(step))
            published = try publish(of: batch, at: step, .before) { try views($0) }
        }
        return published
    }

    /// Sequential mutual learning: publishes what the updated weights of a step compute.
    ///
    /// - Parameter state: after the step.
    func publishUpdated(_ state: LearnerState, _ batches: StepBatches) throws {
        let step = state.step - 1
        guard publishes(at: step, .after) else { return }
        let views = try views(
            of: batches, state,
            key: assembly.key.child("step").child(step).child("after"))
        _ = try publish(of: batches.teaching, at: step, .after) { try views($0) }
    }

    /// What a state's weights, and their earlier versions, show of further samples.
    private func views(
        of batches: StepBatches, _ state: LearnerState, key: RandomKey
    ) throws -> StepViews {
        func pass(
            _ version: ModelVersion, _ strength: ViewStrength, _ weights: ModelWeights
        ) throws -> VersionPass {
            let seen =
                strength == .strong
                ? batches.strongImages(countsOwn: assembly.countsStrongTask)
                : PassImages(images: batches.images, rows: batches.teachingRows)
            return try assembly.view(
                of: seen.images, rows: seen.rows, weights, as: version, at: state.step,
                key: strength == .strong ? key.child("strong") : key)
        }
        return StepViews(try pass(.current, .weak, state.weightsNow).view, of: state, pass: pass)
    }

    /// Publishes what the students need of a batch.
    ///
    /// - Parameter view: what the weights that an offer is of show of it.
    func publish(
        of batch: Batch, at step: Int, _ round: Round,
        _ view: (KnowledgeOffer) throws -> ModelView
    ) throws -> Published {
        let needed = deliveries.published(by: name, step: step, round: round)
        var published = Published()
        guard let exchange, !needed.isEmpty else { return published }
        let key = assembly.key.child("attack").child(step)
        func shown(_ offer: KnowledgeOffer) throws -> ModelView {
            let honest = try view(offer)
            return assembly.byzantine.map { honest.falsified(by: $0, key: key) } ?? honest
        }
        var tensors: [KnowledgeTensor] = []
        for offer in assembly.offers where needed.contains(offer.name) {
            let view = try shown(offer)
            let tensor = offer.tensor(of: view)
            published.codecErrors[offer.name] = try offer.error(of: tensor, from: view)
            tensors.append(tensor)
        }
        if let circle, needed.contains(KnowledgeTensor.sumName(at: circle.edge.temperature)),
            let offer = assembly.offers.first(where: { $0.name == deliveries.offer(of: circle) })
        {
            let sum = try offer.sum(of: shown(offer))
            tensors.append(KnowledgeTensor(sum, temperature: circle.edge.temperature))
            published.sum = sum.isFinite ? sum : nil
        }
        try exchange.publish(
            Knowledge(
                epoch: batch.epoch, step: step, round: round, batchDigest: batch.digest,
                tensors: tensors))
        return published
    }
}
