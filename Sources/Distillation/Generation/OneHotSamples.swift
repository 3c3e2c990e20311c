import NeuralNetwork
import Options

/// *Data-Free Learning of Student Networks* (Chen et al. 2019), one-hot loss: the cross-entropy of
/// the teacher's logits against its own first choice, averaged over the samples. It is small where
/// the teacher is sure, as it is of samples like those it learned from.
///
/// The choice counts as a constant.
struct OneHotSamples: GeneratorLoss, OptionFree {
    static let name = "one-hot"
    static let summary = "the teacher is to be sure of each sample (DAFL, Chen et al. 2019)"

    var summary: Summary { .logits }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        let logits = teacher(shown)
        return logits.crossEntropy(logits.value.argmax)
    }
}
