import NeuralNetwork

/// What generators have in common.
extension LearnerAssembly {
    /// Random numbers N×latent of the standard normal distribution.
    ///
    /// - Parameter draw: their number; of another, others are drawn.
    func latents(_ draw: Int) -> Tensor {
        let shape = [data.teachingSource.batchSize] + model.input
        let key = numbers.child(draw)
        let values = (0..<shape.reduce(1, *)).map { key.normal(at: $0) }
        return Tensor(shape: [shape[0], shape.dropFirst().reduce(1, *)], values: values)
    }

    /// Takes the optimiser's step of a model that makes samples.
    ///
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    func update(
        _ outcome: inout StepOutcome, by pass: ForwardPass, _ state: LearnerState
    ) throws {
        var gradients = [pass.gradients(of: state.parameters)]
        outcome.gradientNorm = training.clip.map { Double(gradients.clip(norm: $0)) }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: state.step, outcome.sizes)
        }
        training.optimizer.step(
            &outcome.state.parameters, gradients: gradients[0], state: &outcome.state.optimizer,
            rate: training.rate(at: state.step))
    }
}
