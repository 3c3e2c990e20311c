import NeuralNetwork
import Options

/// *Dreaming to Distill* (DeepInversion, Yin et al. 2020): the cross-entropy of the teacher's
/// logits against classes that are assigned to the samples before they are made, averaged over the
/// samples.
///
/// Sample i is to be of class i mod C, so that a batch has all classes equally often. The authors
/// also draw them at random.
struct AssignedClasses: GeneratorLoss, OptionFree {
    static let name = "assigned"
    static let summary = "the teacher is to see the class assigned to each sample (Yin et al. 2020)"

    var summary: Summary { .logits }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        let logits = teacher(shown)
        return logits.crossEntropy((0..<logits.shape[0]).map { $0 % logits.shape[1] })
    }
}
