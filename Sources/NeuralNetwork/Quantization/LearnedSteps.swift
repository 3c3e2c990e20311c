import Kernels
import Options

/// Learned step sizes (Esser et al. 2020): the scales are parameters, which the model's optimiser
/// steps.
///
/// A weight has a scale for each channel, an input one scale. Their gradients are multiplied by
/// 1 / √(n·largest code), with n the weights of a channel, or the numbers of a sample. Weights
/// start them at 2·mean|v| / √(largest code); the input of the first training batch does the same.
public struct LearnedSteps: QuantizationMethod, OptionFree {
    public static let name = "lsq"
    public static let summary = "learned step sizes (Esser et al. 2020)"

    /// Learned scales.
    public init() {}

    /// Declares `weight_scale`, one for each channel, and `input_scale`, below the layer's name.
    public func quantizer(
        of layer: QuantizedLayer, in builder: inout ModelBuilder
    ) -> any LayerQuantizer {
        func scale(_ name: String, _ count: Int) -> Int {
            builder.parameter("\(layer.name).\(name)", [count], .constant(0))
        }
        return Quantizer(
            layer: layer,
            weightScale: layer.weightBits == Quantization.float
                ? nil : scale("weight_scale", layer.weightShape[0]),
            inputScale: layer.inputBits == Quantization.float ? nil : scale("input_scale", 1))
    }

    private struct Quantizer: LayerQuantizer {
        let layer: QuantizedLayer
        let weightScale: Int?
        let inputScale: Int?

        private var weightLevels: ClosedRange<Int> {
            -(1 << (layer.weightBits - 1))...(1 << (layer.weightBits - 1)) - 1
        }

        func weight(_ weight: Variable, _ pass: ForwardPass) -> Variable {
            guard let weightScale else { return weight }
            let scales = pass.parameter(weightScale)
            return weight.quantized(
                by: scales, levels: weightLevels,
                scaleFactor: factor(layer.weightCount / layer.weightShape[0], weightLevels))
        }

        func input(_ x: Variable, _ pass: ForwardPass) -> Variable {
            guard let inputScale else { return x }
            let levels = layer.inputLevels
            let scale = pass.parameter(inputScale) {
                Tensor(shape: [1], values: Self.firstScales(x.value.floats, rows: 1, levels))
            }
            guard let scale else { return x }
            return x.quantized(
                by: scale, levels: levels, scaleFactor: factor(layer.features, levels))
        }

        func startWeights(_ parameters: inout Parameters) {
            guard let weightScale else { return }
            let weights = parameters[parameters.slots[layer.weight]]
            parameters[parameters.slots[weightScale]] = Tensor(
                shape: [layer.weightShape[0]],
                values: Self.firstScales(
                    weights.floats, rows: layer.weightShape[0], weightLevels))
        }

        func isStarted(_ parameters: Parameters, _ buffers: Buffers) -> Bool {
            inputScale.map { parameters[parameters.slots[$0]].scalar != 0 } ?? true
        }

        private func factor(_ count: Int, _ levels: ClosedRange<Int>) -> Float {
            1 / (Float(count) * Float(levels.upperBound)).squareRoot()
        }

        private static func firstScales(
            _ x: Floats, rows: Int, _ levels: ClosedRange<Int>
        ) -> [Float] {
            Kernels.meanMagnitudes(x, rows: rows).map {
                max(2 * $0 / Float(levels.upperBound).squareRoot(), Kernels.smallestScale)
            }
        }
    }
}
