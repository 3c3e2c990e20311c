import NeuralNetwork
import Options
import Training

extension LearnerOptions {
    /// The same with its own model alone, as a learner has it that trains without its teachers.
    var withOwnModel: LearnerOptions {
        guard borrowed != nil else { return self }
        var learner = self
        // What it may have been given is of both models together.
        (learner.borrowed, learner.weights, learner.weightsPrefix) = (nil, nil, nil)
        return learner
    }
}

extension Assembler {
    /// The weights that a learner begins with of whose model a part is another learner's: its own
    /// at random; nil for a model of its own.
    ///
    /// - Parameter parts: the other learner's weights, where it was trained before; nil takes those
    ///   that it is given. Where it has none yet, as in a check, its part is random too.
    func start(
        of learner: LearnerOptions, _ model: Model, _ parts: String?
    ) throws -> (parameters: Parameters, buffers: Buffers)? {
        guard let borrowed = learner.borrowed else { return nil }
        let lender = try self.learner(borrowed.part.lender)
        try requireBudget(of: learner, model)
        var parameters = model.initialParameters(key: key(of: learner).child("parameters"))
        var buffers = model.initialBuffers
        guard let path = parts ?? lender.weights else { return (parameters, buffers) }
        guard let other = try self.model(of: lender) else {
            preconditionFailure("a learner of whose model another has a part has one")
        }
        let file = try WeightsFile(path, of: lender.writtenName)
        let prefix = parts == nil ? lender.weightsPrefix : nil
        let loaded = try file.weights(of: other, prefix: prefix)
        let used = try samples.normalization(of: learner)
        if let objection = loaded.objection(to: used, of: learner.name) {
            throw SettingError("\(file.path): \(objection)")
        }
        model.takeParts(
            of: (loaded.parameters, loaded.buffers), into: &parameters, &buffers)
        return (parameters, buffers)
    }

    /// Refuses a student and an assistant that are larger together than the learner's own model.
    private func requireBudget(
        of learner: LearnerOptions, _ model: Model
    ) throws(SettingError) {
        guard case .student(let student, _) = learner.borrowed,
            let budget = try self.model(of: learner.withOwnModel)
        else { return }
        let (found, allowed) = (ModelCost(of: model), ModelCost(of: budget))
        guard !found.fits(allowed) else { return }
        throw SettingError(
            "learner '\(learner.name)': assists: '\(student)' and its assistant have \(found), more"
                + " than the model '\(learner.model?.name ?? "")' of '\(learner.name)', which is the"
                + " budget of both: \(allowed); choose smaller widths")
    }
}

/// What a model costs: its numbers, and the multiply-adds of one sample's forward pass.
struct ModelCost: CustomStringConvertible {
    let parameters: Int
    let multiplyAdds: Int

    init(of model: Model) {
        (parameters, multiplyAdds) = (model.parameterCount, model.multiplyAdds.forward)
    }

    func fits(_ budget: ModelCost) -> Bool {
        parameters <= budget.parameters && multiplyAdds <= budget.multiplyAdds
    }

    var description: String {
        "\(parameters) parameters and \(multiplyAdds) multiply-adds a sample"
    }
}

extension Assembler {
    /// What the models cost that have a part of another learner's, beside the learner's own model;
    /// nil where there are none.
    func borrowedListing() throws -> String? {
        let lines = try configuration.learners.compactMap { learner -> String? in
            guard let borrowed = learner.borrowed, let model = try model(of: learner),
                let own = try self.model(of: learner.withOwnModel)
            else { return nil }
            let part =
                switch borrowed {
                case .classifier(let name, _): "the classifier of '\(name)' behind a projector"
                case .student(let name, _): "'\(name)' and an assistant"
                }
            return "\(learner.name): \(part): \(ModelCost(of: model)); its own model"
                + " '\(learner.model?.name ?? "")': \(ModelCost(of: own))\n"
        }
        return lines.isEmpty ? nil : lines.joined()
    }
}
