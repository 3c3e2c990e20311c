import Limits
import NeuralNetwork
import Options

/// What can be said of a configuration before it runs.
extension Assembler {
    /// Assembles every learner of this configuration that brings a model, and forgets it again;
    /// remarks on what is allowed and unlikely to be meant.
    ///
    /// - Parameters:
    ///   - names: only these, on the host that they will run on. All by default.
    ///   - awaiting: those whose weights are not there yet.
    /// - Throws: what they would throw, all together.
    public func checkAll(
        _ names: Set<String>? = nil, awaiting: Set<String> = []
    ) throws {
        var errors = CollectedErrors()
        for stage in 1...configuration.stages.count {
            errors.attempt {
                let assembly = try StageAssembly(self, stage: stage)
                var own = CollectedErrors()
                for node in configuration.stages.graph(of: stage).learners {
                    own.attempt { try check(node.name, in: assembly, names, awaiting: awaiting) }
                }
                try own.finish()
            }
        }
        try errors.finish()
        remarkOnData()
        remarkOnBest()
        _ = try rateListing()
    }

    /// Assembles a learner of a stage, if it is among those that are asked for.
    private func check(
        _ name: String, in assembly: StageAssembly, _ names: Set<String>?, awaiting: Set<String>
    ) throws {
        let learner = try learner(name)
        if let source = learner.source {
            guard names?.isDisjoint(with: assembly.graph.students(of: name)) != true else { return }
            _ = try RecordedSource(source, of: name, stage: assembly.stage)
            return
        }
        guard names?.contains(name) != false else { return }
        guard !awaiting.contains(name) else {
            _ = try model(of: learner)
            return
        }
        let bringsWeights = learner.isExternal && !learner.learns && learner.weights == nil
        guard learner.model != nil, !bringsWeights else { return }
        let assembled = try self.assembly(of: learner, in: assembly)
        try remarkOnJournal(of: name, in: assembly)
        if assembled.training.steps > 0 { try checkBatch(of: learner, assembled.model) }
    }

    /// Says where the best weights are chosen by the samples that score them.
    private func remarkOnBest() {
        let keeping = configuration.learners.filter { $0.keptVersions.contains(.best) }
        guard !keeping.isEmpty, samples.division.validation.isEmpty else { return }
        remarks.add(
            "training.best: without data.validation the best weights are chosen by the test samples,"
                + " whose scores then flatter them; set data.validation")
    }

    /// Refuses a batch of which batch normalization has a single value for each channel: less its
    /// own mean, that is always 0.
    private func checkBatch(of learner: LearnerOptions, _ model: Model) throws(SettingError) {
        let common = samples.division.pool == nil ? learner.training.batch : commonBatch
        guard min(learner.training.batch, common) == 1,
            model.fewestNormalized == 1
        else { return }
        throw SettingError(
            "learner '\(learner.name)': training.batch 1 leaves batch normalization one value for"
                + " each channel where the maps of model '\(learner.model?.name ?? "")' are"
                + " 1×1, and it would make each of them 0; take batches of 2 at least, or a model"
                + " without batch normalization")
    }

    /// What a check can say once the data are loaded.
    public func facts() throws -> CheckFacts {
        var parameters: [String: Int] = [:]
        var shapes: [String: [Int]] = [:]
        for learner in configuration.learners {
            parameters[learner.name] = try model(of: learner)?.parameterCount
            shapes[learner.name] = try view(of: learner).train.shape
        }
        let inputs = shapes
        let counts = parameters
        var steps: [String: Int] = [:]
        for learner in configuration.learners where learner.learns {
            steps[learner.name] = try self.steps(of: learner)
        }
        let budgets = steps
        var facts = CheckFacts(
            steps: { budgets[$0.name] }, parameters: { counts[$0.name] },
            shape: { inputs[$0.name] })
        facts.processors = ProcessorAllowance()
        facts.data = dataListing
        facts.quantization = try quantizationListing()
        facts.borrowed = try borrowedListing()
        facts.rates = try rateListing()
        facts.exchange = try exchangeListing()
        facts.banks = try bankListing()
        return facts
    }
}
