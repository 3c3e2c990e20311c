import NeuralNetwork
import Options

extension LearnerOptions {
    /// How its layers are quantised; nil for floats.
    var quantization: Quantization? {
        get throws(SettingError) {
            guard let quantize else { return nil }
            return try Quantization.reading(quantize, of: name).quantization
        }
    }
}

extension LoadedWeights {
    /// What is wrong with using them without training in a quantised model: an input gets its scale
    /// from a batch of training. Nil where all have theirs.
    func lackOfScales(in model: Model, of learner: String) -> String? {
        model.quantization?.unstartedLayer(parameters, buffers).map { layer in
            "learner '\(learner)': the input of '\(layer)' has no scale there, and only training"
                + " gives it one; take the weights of a learner that was trained with this quantize,"
                + " or leave quantize out"
        }
    }
}
