import CohortGraph
import NeuralNetwork
import Options

/// *iCaRL: Incremental Classifier and Representation Learning* (Rebuffi et al. 2017): the binary
/// cross-entropy of σ(z) with targets, averaged over samples and outputs.
///
/// The target of an output of an earlier task is the teacher's σ(z_t), also for a sample of that
/// task; the target of any other output is 1 for the sample's class and 0 otherwise. As in the
/// authors' code, outputs of classes that are yet to come count, with the target 0.
struct BinaryOutputs: DistillationLoss, OptionFree {
    static let name = "icarl"
    static let summary =
        "sigmoids: the past's on old outputs, labels on others (Rebuffi et al. 2017)"

    var summary: Summary { .logits }
    /// The entropy of the teacher remains where both sides are equal.
    var traits: LossTraits { [.needsLabels, .isUnscaled, .readsOffsets, .labelsNewOutputs] }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let (count, outputs) = (teacher.shape[0], teacher.shape[1])
        let old = Set(context.tasks?.earlierHeads.joined().map(\.self) ?? [])
        let past = Variable(teacher).map(.sigmoid).value.values
        let labels = context.requiredLabels
        let targets = (0..<count * outputs).map { place -> Float in
            let (sample, output) = place.quotientAndRemainder(dividingBy: outputs)
            return old.contains(output) ? past[place] : labels[sample] == output ? 1 : 0
        }
        let target = Variable(Tensor(shape: teacher.shape, values: targets))
        // softplus(z) − t·z = −t·log σ(z) − (1 − t)·log(1 − σ(z))
        return LossTerm((student.map(.softplus) - student * target).mean())
    }
}
