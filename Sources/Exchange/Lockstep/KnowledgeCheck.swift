import Bytes
import CohortGraph

/// Whether received knowledge may be used: the one place that decides it.
package struct KnowledgeCheck {
    let classes: Int

    package init(classes: Int) { self.classes = classes }

    /// What is wrong with knowledge in itself, if anything.
    package func objection(to tensors: [KnowledgeTensor]) -> String? {
        guard let samples = tensors.first?.shape.first else { return "it is empty" }
        for tensor in tensors {
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
            if let objection = objection(toValuesOf: tensor) {
                return "'\(tensor.name)' \(objection)"
            }
        }
        return nil
    }

    private func objection(toValuesOf tensor: KnowledgeTensor) -> String? {
        do {
            if tensor.kind == .sum {
                return try SumCheck(of: tensor).objection
            }
            try tensor.checkedLayout()
            // These need not be read out: with large messages that would cost more than all else here.
            let isPlain = tensor.encoding == .float32
            if isPlain, !tensor.payload.areOfFiniteFloats { return notFinite }
            if isPlain, !tensor.holdsProbabilities { return nil }
            let values = try tensor.values()
            if !values.allSatisfy(\.isFinite) { return notFinite }
            guard tensor.holdsProbabilities else { return nil }
            let isSimplex = stride(from: 0, to: values.count, by: classes).allSatisfy {
                isProbability(values[$0..<$0 + classes])
            }
            return isSimplex ? nil : "has rows that are not probabilities"
        } catch { return "cannot be read: \(error)" }
    }

    private var notFinite: String { "has values that are not finite" }

    /// Not negative, and together 1: the tolerance is twice what half precision needs.
    private func isProbability(_ row: ArraySlice<Float>) -> Bool {
        let sum = row.reduce(0.0) { $0 + Double($1) }
        return row.allSatisfy { $0 >= 0 } && abs(sum - 1) < 1e-3
    }

    /// What is wrong with knowledge beside the receiver's own batch, if anything.
    func objection(to knowledge: Knowledge, besideBatch digest: UInt64) -> String? {
        guard knowledge.batchDigest != digest else { return nil }
        return "it is of another batch (digest \(hexadecimal(knowledge.batchDigest)), here "
            + "\(hexadecimal(digest)))"
    }

    /// What is lacking of what the receiver needs of a teacher at a slot, or has another form.
    ///
    /// It reads no values: a few bytes of a sparse encoding can stand for very many, so that this comes
    /// first.
    func objection(to tensors: [KnowledgeTensor], over lane: Lane, at slot: Slot) -> String? {
        for needed in lane.tensorsDue(at: slot) {
            guard let tensor = tensors.first(where: { $0.name == needed }) else {
                let there =
                    tensors.isEmpty ? "nothing" : tensors.map(\.name).joined(separator: ", ")
                return "it lacks '\(needed)' (it has \(there))"
            }
            if let form = lane.form(needed, slot.round),
                form.kind != tensor.kind || form.shape != tensor.shape
            {
                return "'\(needed)' is a \(tensor.kind) of shape \(tensor.shape), not a "
                    + "\(form.kind) of \(form.shape)"
            }
        }
        return nil
    }

    /// What is wrong with the sums among some tensors beside what a lane may carry, if anything.
    func objection(toSumsIn tensors: [KnowledgeTensor], over lane: Lane, at slot: Slot) -> String? {
        for tensor in tensors where tensor.kind == .sum {
            guard let most = lane.form(tensor.name, slot.round)?.learners,
                let check = try? SumCheck(of: tensor), check.count > most
            else { continue }
            return "'\(tensor.name)' is of \(check.count) learners, where at most \(most) are due"
        }
        return nil
    }

    private func hexadecimal(_ digest: UInt64) -> String { String(digest, radix: 16) }
}

extension KnowledgeTensor {
    /// A response whose name says that its rows are probabilities, not logits.
    fileprivate var holdsProbabilities: Bool {
        kind == .response && name.hasPrefix("probabilities")
    }
}
