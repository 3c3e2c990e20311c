import NeuralNetwork

/// What must hold of images that are learned themselves, batch after batch.
extension ExperimentConfiguration {
    /// Refuses images of which no finished batch is kept: all students would ever see is one batch.
    func problem(ofKeptImages learner: LearnerOptions) -> String? {
        guard graph.banked(by: learner.name) == nil, let model = learner.model,
            let generator = try? Generators.registry.make(model.name, options: model.options),
            generator.latent == 0
        else { return nil }
        return "is model '\(model.name)', one batch that is learned itself; name a method that"
            + " keeps finished batches, as deep-inversion, or another model"
    }
}
