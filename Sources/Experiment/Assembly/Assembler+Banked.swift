import NeuralNetwork

extension Assembler {
    /// How many finished samples generators keep, and what that takes; nil where none does.
    func bankListing() throws -> String? {
        let lines = try configuration.learners.compactMap { learner -> String? in
            guard learner.role == .generator,
                let bank = try model(of: learner)?.initialBuffers.bank
            else { return nil }
            let features = try bankedFeatures(of: learner)
            let size = JournalBudget.mebibytes(Double(4 * (bank.size + features)))
            return "\(learner.name): keeps the latest \(bank.capacity) batches of"
                + " \(bank.batchShape[0]) samples\(features > 0 ? " and their features" : ""),"
                + " \(size) in memory and in each checkpoint\n"
        }
        return lines.isEmpty ? nil : lines.joined()
    }

    /// How many numbers the terms that guide a generator keep of finished batches.
    func bankedFeatures(of learner: LearnerOptions) throws -> Int {
        guard configuration.graph.views(by: learner.name) > 1 else { return 0 }
        let stage = try StageAssembly(self, stage: configuration.stages.count)
        return try stage.guides(into: learner.name).groups.reduce(0) {
            $0 + ($1.buffers.bank?.size ?? 0)
        }
    }
}
