import CohortGraph
import NeuralNetwork
import Options

/// *Learning without Forgetting* (Li and Hoiem 2016), LwF: Σ H(softmax(z_t / T), softmax(z / T))
/// over the heads of earlier tasks, H the cross-entropy, averaged over samples.
///
/// z_t and z are the logits of one head: all outputs of earlier tasks where classes share a head,
/// those of each earlier task by itself where each has one, every output where tasks share all. As
/// in the paper there is no factor T². Without tasks, all outputs are one head.
struct OldOutputs: DistillationLoss, OptionFree {
    static let name = "lwf"
    static let summary = "cross-entropy on the outputs of earlier tasks (Li and Hoiem 2016)"

    var summary: Summary { .logits }
    /// The entropy of the teacher remains where both sides are equal.
    var traits: LossTraits { .isUnscaled }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let heads = context.tasks?.earlierHeads ?? [Array(0..<teacher.shape[1])]
        let terms = heads.map { head in
            softCrossEntropy(
                student.selecting(columns: head),
                Variable(teacher).selecting(columns: head).value, temperature: context.temperature)
        }
        guard let first = terms.first else { return LossTerm(Variable(Tensor(0))) }
        return LossTerm(terms.dropFirst().reduce(first, +))
    }
}

extension Variable {
    /// Some columns of a matrix N×K, in this order.
    func selecting(columns: [Int]) -> Variable {
        guard columns != Array(0..<shape[1]) else { return self }
        return transposed().selecting(rows: columns).transposed()
    }
}
