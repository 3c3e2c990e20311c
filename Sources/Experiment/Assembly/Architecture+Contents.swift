import Datasets
import NeuralNetwork

extension Architecture {
    /// Why the model cannot read such samples, for a sentence about it; nil where it can.
    func complaint(about contents: SampleContents) -> String? {
        switch contents {
        case .image where vocabulary != nil:
            "reads tokens, and the data set holds images; choose a model of images"
        case .features where vocabulary != nil:
            "reads tokens, and the data set holds features; choose mlp or tabular-resnet"
        case .features where needsImages:
            "needs images, and the data set holds features without rows and columns;"
                + " choose mlp or tabular-resnet"
        case .tokens where vocabulary == nil:
            "reads numbers, and the data set holds tokens; choose text-cnn or transformer"
        default: nil
        }
    }
}
