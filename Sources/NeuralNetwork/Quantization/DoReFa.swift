import Kernels
import Options

/// DoReFa-Net (Zhou et al. 2016): weights squeezed by a hyperbolic tangent into −1…1, inputs
/// clipped to 0…1.
///
/// The whole layer's largest weight counts, as in the paper, so that all channels have one scale.
/// Where an input may be below 0, it is clipped to −1…1: the paper has no such layers. The first
/// and last layer are quantised by ``MinMax``; the paper leaves them floats.
public struct DoReFa: QuantizationMethod, OptionFree {
    public static let name = "dorefa"
    public static let summary = "weights through tanh, inputs in 0…1 (Zhou et al. 2016)"

    /// The method of the paper.
    public init() {}

    /// The 2⁸ levels of 8 bits are odd multiples of 1 / 255, and no codes of 8 bits.
    public var mostWeightBits: Int { 7 }

    /// Declares nothing but what ``MinMax`` needs at the ends.
    public func quantizer(
        of layer: QuantizedLayer, in builder: inout ModelBuilder
    ) -> any LayerQuantizer {
        layer.isEnd ? MinMax().quantizer(of: layer, in: &builder) : Quantizer(layer: layer)
    }

    private struct Quantizer: LayerQuantizer {
        let layer: QuantizedLayer

        func weight(_ weight: Variable, _ pass: ForwardPass) -> Variable {
            layer.weightBits == Quantization.float
                ? weight : weight.hyperbolicallyQuantized(bits: layer.weightBits)
        }

        func input(_ x: Variable, _ pass: ForwardPass) -> Variable {
            guard layer.inputBits != Quantization.float else { return x }
            let most =
                layer.isInputNonnegative
                ? (1 << layer.inputBits) - 1 : (1 << (layer.inputBits - 1)) - 1
            return x.quantized(
                by: Variable(Tensor(shape: [1], values: [1 / Float(most)])),
                levels: layer.isInputNonnegative ? 0...most : -most...most)
        }

        func startWeights(_ parameters: inout Parameters) {}

        func isStarted(_ parameters: Parameters, _ buffers: Buffers) -> Bool { true }
    }
}
