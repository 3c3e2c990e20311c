import Datasets
import NeuralNetwork

extension Architecture {
    /// The same, for the vocabulary of the samples where it reads tokens.
    func reading(_ contents: SampleContents) -> any Architecture {
        guard case .tokens(let tokens) = contents else { return self }
        return reading(tokens.vocabulary)
    }

    /// Why the model cannot read such samples, for a sentence about it; nil where it can.
    func complaint(about contents: SampleContents) -> String? {
        switch contents {
        case .image where vocabulary != nil:
            "reads tokens, and the data set holds images; choose a model of images, such as resnet8"
        case .features where vocabulary != nil:
            "reads tokens, and the data set holds features; choose mlp or tabular-resnet"
        case .features where needsImages:
            "needs images, and the data set holds features without rows and columns;"
                + " choose mlp or tabular-resnet"
        case .tokens where vocabulary == nil:
            "reads numbers, and the data set holds tokens; choose text-cnn, transformer or gpt"
        case .tokens(let known) where vocabulary.map { $0.count < known.texts.count } ?? false:
            "has tokens: \(vocabulary?.count ?? 0), and the data set holds \(known.texts.count) different"
                + " ones; leave `tokens` out"
        default: nil
        }
    }
}
