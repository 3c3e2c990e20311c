import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Options
import Training

extension TeachingGraph {
    /// Refuses a learner that takes made samples for another number of steps than their generator
    /// learns: whoever has ended sends no gradient back, and whoever goes on would learn on samples
    /// of frozen weights.
    ///
    /// - Parameter budgets: the steps of each learner; 0 for one that is frozen.
    func requireEqualLengths(_ budgets: [String: Int]) throws(SettingError) {
        guard let generator, self[generator]?.learns == true, let steps = budgets[generator] else {
            return
        }
        for node in learners where node.learns && isSentMadeSamples(node.name) {
            guard let own = budgets[node.name], own != steps else { continue }
            throw SettingError(
                "learner '\(node.name)' learns for \(own) steps, and generator '\(generator)', whose"
                    + " samples it takes, for \(steps); give both the same `training.steps` or"
                    + " `training.epochs`")
        }
    }
}

/// Samples that a generator makes, and what guides it.
extension StageAssembly {
    /// The terms of what a generator minimises, and a group for each that learns something.
    func guides(into name: String) throws -> (terms: [GuideTerm], groups: [ParameterGroup]) {
        var (terms, groups): ([GuideTerm], [ParameterGroup]) = ([], [])
        for index in graph.numbers(into: name) {
            guard case .guides(var loss) = losses[index] else { continue }
            let title = title(of: graph.groups[index], beside: terms.map(\.name))
            var builder = ModelBuilder()
            try prepare(&loss, index, title, in: &builder)
            if !builder.slots.isEmpty {
                groups.append(
                    ParameterGroup(
                        term: title, slots: builder.slots, buffers: builder.buffers,
                        training: loss.ownTraining?.inSteps(try stepsPerEpoch(of: name))))
            }
            terms.append(
                GuideTerm(
                    graph.groups[index], index: index, name: title, offer: offers[index],
                    loss: loss))
        }
        return (terms, groups)
    }

    /// Declares what a loss learns of what its first node shows.
    ///
    /// - Throws: ``SettingError`` where it cannot look at that.
    private func prepare(
        _ loss: inout any GeneratorLoss, _ index: Int, _ title: String,
        in builder: inout ModelBuilder
    ) throws {
        let group = graph.groups[index]
        let shown = try contract(of: index, from: group.from[0]).shape
        let image = try assembler.shape(of: assembler.learner(group.to))
        try Self.about(group) { () throws(SettingError) in
            if let objection = loss.views?.objection(to: image) { throw SettingError(objection) }
            try builder.scoped(title) { builder throws(SettingError) in
                try loss.prepare(shown: shown, in: &builder)
            }
        }
    }

    /// The frozen generator that a generator follows, whose random numbers it takes; nil where it
    /// follows none.
    ///
    /// - Throws: ``SettingError`` where they make samples of different numbers.
    func leader(of name: String, _ model: Model) throws(SettingError) -> LearnerOptions? {
        guard graph[name]?.role == .generator, let leader = graph.generator, leader != name else {
            return nil
        }
        let options = try assembler.learner(leader)
        if let other = try assembler.model(of: options), other.input != model.input {
            throw SettingError(
                "learner '\(name)' makes a sample of \(model.input[0]) random numbers, and '\(leader)',"
                    + " which it follows, of \(other.input[0]); give both the same latent")
        }
        return options
    }

    /// Where a learner's common batches come from if a generator makes them; nil where they are
    /// samples of the data.
    func madeBatches(for name: String, clock: EpochClock) -> MadeBatches? {
        guard let generator = graph.generator, graph.isSentMadeSamples(name) else { return nil }
        return MadeBatches(
            of: generator, batchSize: assembler.configuration.training.common, clock: clock)
    }

    /// Adds the samples, the gradients in what is published of them, and the gradients in the
    /// samples, as far as they reach a node or come from it.
    func addMade(around name: String, to contracts: inout TensorContracts) throws {
        guard let generator = graph.generator,
            name == generator || graph.isSentMadeSamples(name)
        else { return }
        let samples = [assembler.configuration.training.common] + (try madeShape(by: generator))
        let made = KnowledgeTensor.madeSamplesName(by: generator)
        contracts.add(TensorContract(kind: .inputs, shape: samples), of: made, from: generator)
        let gradient = TensorContract(kind: .adjoint, shape: samples)
        let returned = KnowledgeTensor.adjointName(of: made, for: generator)
        for index in graph.numbers(into: generator) {
            for guide in graph.groups[index].from
            where guide != generator && (name == generator || name == guide) {
                var adjoint = try contract(of: index, from: guide)
                adjoint.kind = .adjoint
                contracts.add(
                    adjoint, of: KnowledgeTensor.adjointName(of: offers[index].name, for: guide),
                    from: generator)
                contracts.add(gradient, of: returned, from: guide)
            }
        }
    }

    /// How many batch normalizations a teacher has, with whose running moments it compares those of
    /// made samples.
    ///
    /// - Throws: ``SettingError`` where it has none, learns, or brings a model that is not known.
    func normalizations(of name: String) throws(SettingError) -> Int {
        guard graph[name]?.learns == false else {
            throw SettingError(
                "learner '\(name)' learns here, so that its running moments change; let it teach"
                    + " with `role: teacher`")
        }
        guard let model = try assembler.model(of: assembler.learner(name)) else {
            throw SettingError(
                "learner '\(name)' is external and says no model, whose batch normalizations are"
                    + " needed; name it")
        }
        let count = model.initialBuffers.layers.count
        guard count > 0 else {
            throw SettingError(
                "learner '\(name)' has no batch normalization, with whose running moments the images"
                    + " are compared; take another model, or write `batch-norm: 0` at the method")
        }
        return count
    }

    /// The shape C×H×W of a generator's samples.
    ///
    /// - Throws: ``SettingError`` where one that takes them has inputs of another shape.
    private func madeShape(by generator: String) throws -> [Int] {
        let shape = try assembler.shape(of: assembler.learner(generator))
        for node in graph.learners where graph.isSentMadeSamples(node.name) {
            let other = try assembler.shape(of: assembler.learner(node.name))
            guard other == shape else {
                throw SettingError(
                    "learner '\(node.name)' takes samples of"
                        + " \(other.map(String.init).joined(separator: "×")), and generator"
                        + " '\(generator)' makes them of"
                        + " \(shape.map(String.init).joined(separator: "×")); give both the same view"
                )
            }
        }
        return shape
    }
}
