import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What generators have in common.
extension LearnerAssembly {
    /// In which views it shows each sample while it learns; nil for the samples as they are.
    var views: SampleViews? { guides.lazy.compactMap(\.loss.views).first }

    /// Random numbers N×latent of the standard normal distribution: of a batch, or of half of one
    /// where each sample is shown in two views.
    ///
    /// - Parameter draw: their number; of another, others are drawn.
    func latents(_ draw: Int) -> Tensor {
        let samples = data.teachingSource.batchSize / (views == nil ? 1 : 2)
        let shape = [samples] + model.input
        let key = numbers.child(draw)
        let values = (0..<shape.reduce(1, *)).map { key.normal(at: $0) }
        return Tensor(shape: [shape[0], shape.dropFirst().reduce(1, *)], values: values)
    }

    /// Sends samples to everyone who takes them at a step.
    ///
    /// - Returns: the digest that identifies the batch.
    /// - Throws: ``Divergence`` where a sample is not finite.
    func publish(
        made samples: Tensor, at step: Int, over exchange: (any KnowledgeExchange)?
    ) throws -> UInt64 {
        guard samples.isFinite else { throw Divergence(.outputs, at: step) }
        let tensor = KnowledgeTensor(made: samples, by: name)
        let digest = tensor.bytesDigest
        let round = Round.inputs(ahead: 0)
        if !plan.deliveries.published(by: name, step: step, round: round).isEmpty {
            try exchange?.publish(
                Knowledge(
                    epoch: data.clock.epoch(after: step), step: step, round: round,
                    batchDigest: digest, tensors: [tensor]))
        }
        return digest
    }

    /// The terms that count at a step.
    func guiding(at step: Int) -> [GuideTerm] {
        guides.filter { plan.draws.factor(of: $0.index, at: step) > 0 }
    }

    /// What a generator minimises at a step; each term of it is noted.
    ///
    /// - Parameters:
    ///   - context: what a term learns and draws; of none by default.
    ///   - sides: what a term looks at.
    /// - Throws: ``Divergence`` where a term is not finite.
    func objective(
        _ outcome: inout StepOutcome, by context: (GuideTerm) -> GuideContext = { _ in .none },
        of sides: (GuideTerm) -> [Variable]
    ) throws -> Variable {
        let step = outcome.state.step
        var objective = Variable(Tensor(0))
        for term in guiding(at: step) {
            let weight = term.group.edge.weight * plan.draws.factor(of: term.index, at: step)
            let part = term.loss(sides(term), context(term)) * Float(weight)
            outcome.note(part, as: term.name, weight: weight)
            objective = objective + part
        }
        try outcome.close(objective)
        return objective
    }
}
