import NeuralNetwork
import Options

/// *Data-Free Learning of Student Networks* (Chen et al. 2019), information entropy:
/// Σ_c p̄_c·log₁₀ p̄_c, where p̄ is the mean of the teacher's probabilities over the batch. It is
/// smallest, −log₁₀ of the number of classes, where a batch has equally many samples of each class.
///
/// The logarithm is the decimal one, as in the code of the authors: the loss and its gradient are
/// 2.303 times smaller than with the natural logarithm, and so is what a weight of another
/// implementation means.
struct InformationEntropy: GeneratorLoss, OptionFree {
    static let name = "information"
    static let summary = "a batch is to have all classes (DAFL, Chen et al. 2019)"

    var summary: Summary { .logits }
    var nodes: ClosedRange<Int> { 1...1 }

    func callAsFunction(_ shown: [Variable], _ context: GuideContext) -> Variable {
        let mean = teacher(shown).logProbabilities(at: 1).exp().mean(along: [0])
        // 0·log 0 is 0.
        let logarithms = mean.map(.atLeast(.leastNormalMagnitude)).log()
        return (mean * logarithms).sum() / Self.naturalLogarithmOfTen
    }

    private static let naturalLogarithmOfTen: Float = 2.302_585_1
}
