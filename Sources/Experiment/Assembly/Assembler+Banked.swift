import NeuralNetwork

extension Assembler {
    /// How many finished samples generators keep, and what that takes; nil where none does.
    func bankListing() throws -> String? {
        let lines = try configuration.learners.compactMap { learner -> String? in
            guard learner.role == .generator,
                let bank = try model(of: learner)?.initialBuffers.bank
            else { return nil }
            let size = JournalBudget.mebibytes(Double(4 * bank.size))
            return "\(learner.name): keeps the latest \(bank.capacity) batches of"
                + " \(bank.batchShape[0]) samples, \(size) in memory and in each checkpoint\n"
        }
        return lines.isEmpty ? nil : lines.joined()
    }
}
