import CohortGraph

/// Whether received knowledge may be used: the one place that decides it.
struct KnowledgeCheck {
    let classes: Int

    /// What is wrong with knowledge in itself, if anything.
    func objection(to tensors: [KnowledgeTensor]) -> String? {
        guard let samples = tensors.first?.shape.first else { return "it is empty" }
        for tensor in tensors {
            if tensor.shape.first != samples {
                return "'\(tensor.name)' is not of \(samples) samples but of shape \(tensor.shape)"
            }
            if tensor.kind == .response, tensor.shape.last != classes || tensor.shape.count < 2 {
                return "'\(tensor.name)' is not of \(classes) classes but of shape \(tensor.shape)"
            }
            if !tensor.values.allSatisfy(\.isFinite) {
                return "'\(tensor.name)' has values that are not finite"
            }
        }
        return nil
    }

    /// What is wrong with knowledge beside the receiver's own batch, if anything.
    func objection(to knowledge: Knowledge, besideBatch digest: UInt64) -> String? {
        guard knowledge.batchDigest != digest else { return nil }
        return "it is of another batch (digest \(hexadecimal(knowledge.batchDigest)), here "
            + "\(hexadecimal(digest)))"
    }

    private func hexadecimal(_ digest: UInt64) -> String { String(digest, radix: 16) }
}
