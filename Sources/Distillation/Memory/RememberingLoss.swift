import NeuralNetwork

/// A loss that remembers the samples from one step to the next: a part of its term's memory, and so
/// of every checkpoint.
///
/// It follows one teacher.
public protocol RememberingLoss: DistillationLoss {
    /// What it remembers.
    associatedtype Memory: Codable & Hashable & Sendable

    /// Takes what all samples are on which is taught, before the first step.
    ///
    /// - Parameter classes: of each sample, by its number.
    mutating func know(classes: [Int: Int])

    /// The loss averaged over the batch.
    ///
    /// - Parameters:
    ///   - context: with the numbers of the batch's samples, and the key of the step.
    ///   - memory: what earlier steps left; what later steps shall find. Nil before the first.
    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext, memory: inout Memory?
    ) -> LossTerm
}

extension RememberingLoss {
    /// The loss averaged over the batch, with a memory of a type that the caller need not know.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this loss's.
    public func remembering(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext, in memory: inout TermMemory
    ) throws -> LossTerm {
        try memory.withValue(of: Memory?.self, default: nil) { memory in
            self(student, teacher, context, memory: &memory)
        }
    }

    /// Decodes a memory now, so that damage is found when the checkpoint is read.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this loss's.
    public func check(_ memory: inout TermMemory) throws {
        guard !memory.isEmpty else { return }
        try memory.withValue(of: Memory?.self, default: nil) { _ in }
    }
}
