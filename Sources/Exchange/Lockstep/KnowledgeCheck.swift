import Bytes
import CohortGraph

/// Decides whether received knowledge may be used. No other place does.
package struct KnowledgeCheck {
    /// The contract of a tensor by its name; nil where any kind and shape will do.
    package typealias Contracts = (_ tensor: String) -> TensorContract?

    let classes: Int

    /// - Parameter classes: the number of classes of the task.
    package init(classes: Int) { self.classes = classes }

    /// Why tensors cannot be used, judged by themselves and by their contracts; nil where they can.
    package func objection(
        to tensors: [KnowledgeTensor], under contract: Contracts = { _ in nil }
    ) -> String? {
        guard let samples = tensors.first?.shape.first else { return "it is empty" }
        for tensor in tensors {
            let contract = contract(tensor.name)
            // What is of a whole batch, and of no sample in it, has its rows by contract.
            let rows = contract?.shape.first ?? samples
            if let objection = objection(toShapeOf: tensor, samples: rows) { return objection }
            let domain = contract?.domain ?? .free
            if let objection = objection(toValuesOf: tensor, in: domain) {
                return "'\(tensor.name)' \(objection)"
            }
        }
        return nil
    }

    private func objection(toShapeOf tensor: KnowledgeTensor, samples: Int) -> String? {
        if tensor.shape.first != samples {
            return "'\(tensor.name)' is not of \(samples) samples but of shape \(tensor.shape)"
        }
        if tensor.kind == .response, tensor.shape.last != classes || tensor.shape.count < 2 {
            return "'\(tensor.name)' is not of \(classes) classes but of shape \(tensor.shape)"
        }
        if tensor.kind == .sum, tensor.shape != [samples, classes + 1] {
            return "'\(tensor.name)' is no sum over \(classes) classes but of shape"
                + " \(tensor.shape)"
        }
        return nil
    }

    private func objection(
        toValuesOf tensor: KnowledgeTensor, in domain: TensorContract.Domain
    ) -> String? {
        do {
            if tensor.kind == .sum { return try objection(toSum: tensor, in: domain) }
            guard try tensor.isFinite() else { return "has values that are not finite" }
            guard domain == .simplex else { return nil }
            let values = try tensor.values()
            let isSimplex = stride(from: 0, to: values.count, by: classes).allSatisfy {
                isProbability(values[$0..<$0 + classes])
            }
            return isSimplex ? nil : "has rows that are not probabilities"
        } catch { return "cannot be read: \(error)" }
    }

    private func objection(
        toSum tensor: KnowledgeTensor, in domain: TensorContract.Domain
    ) throws(WireError) -> String? {
        let check = try SumCheck(of: tensor)
        if let objection = check.objection { return objection }
        guard case .fixedPoint(let most) = domain, check.count > most else { return nil }
        return "is of \(check.count) learners, where at most \(most) are due"
    }

    /// Not negative, and together 1: the tolerance is twice what half precision needs.
    private func isProbability(_ row: ArraySlice<Float>) -> Bool {
        let sum = row.reduce(0.0) { $0 + Double($1) }
        return row.allSatisfy { $0 >= 0 } && abs(sum - 1) < 1e-3
    }

    /// Why knowledge does not fit the receiver's own batch; nil where it does, and where there is
    /// no such batch.
    func objection(to knowledge: Knowledge, besideBatch digest: UInt64?) -> String? {
        guard let digest, knowledge.batchDigest != digest else { return nil }
        return "it is of another batch (digest \(hexadecimal(knowledge.batchDigest)), here "
            + "\(hexadecimal(digest)))"
    }

    /// Which of the tensors that a link carries at a step and round is missing, or breaks its
    /// contract in kind or shape; nil where none does.
    ///
    /// It reads no values: a few bytes of a sparse encoding can stand for very many, so that this
    /// comes first.
    func objection(
        to tensors: [KnowledgeTensor], over link: Link, at stepRound: StepRound
    ) -> String? {
        for needed in link.tensorsDue(at: stepRound) {
            guard let tensor = tensors.first(where: { $0.name == needed }) else {
                let there =
                    tensors.isEmpty ? "nothing" : tensors.map(\.name).joined(separator: ", ")
                return "it lacks '\(needed)' (it has \(there))"
            }
            if let contract = link.contract(needed, stepRound.round),
                contract.kind != tensor.kind || contract.shape != tensor.shape
            {
                return "'\(needed)' is a \(tensor.kind) of shape \(tensor.shape), not a "
                    + "\(contract.kind) of \(contract.shape)"
            }
        }
        return nil
    }

    private func hexadecimal(_ digest: UInt64) -> String { String(digest, radix: 16) }
}
