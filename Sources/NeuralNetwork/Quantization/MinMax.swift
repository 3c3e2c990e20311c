import Kernels
import Options

/// Scales from the extremes: of a weight the largest magnitude of each channel, of an input a
/// moving average of the smallest and the largest element of training batches.
///
/// Weights are symmetric about 0, inputs are not; 0 is always a level (Jacob et al. 2018).
public struct MinMax: QuantizationMethod {
    public static let name = "minmax"
    public static let summary = "the extremes of weights and inputs (Jacob et al. 2018)"

    /// The share of an input's range that remains at each step.
    public var memory: Float

    /// A moving average of the range.
    public init(memory: Float = 0.99) { self.memory = memory }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        memory = options.value(
            "memory", default: 0.99, in: 0...0.9999,
            help: "share of an input's range that remains at each step")
    }

    /// Declares the range of the input below the layer's name.
    public func quantizer(
        of layer: QuantizedLayer, in builder: inout ModelBuilder
    ) -> any LayerQuantizer {
        Quantizer(
            layer: layer, memory: memory,
            range: layer.inputBits == Quantization.float ? nil : builder.range(layer.name))
    }

    private struct Quantizer: LayerQuantizer {
        let layer: QuantizedLayer
        let memory: Float
        let range: Int?

        func weight(_ weight: Variable, _ pass: ForwardPass) -> Variable {
            guard layer.weightBits != Quantization.float else { return weight }
            let most = (1 << (layer.weightBits - 1)) - 1
            let scales = Kernels.extents(weight.value.floats, rows: layer.weightShape[0]).map {
                Self.scale(max(-$0.lowest, $0.highest), in: most)
            }
            return weight.quantized(
                by: Variable(Tensor(shape: [scales.count], values: scales)), levels: -most...most)
        }

        /// The scale of which a number is a multiple; the next larger float, so that rounding
        /// leaves the number within the levels, where its gradient passes.
        private static func scale(_ number: Float, in levels: Int) -> Float {
            max((number / Float(levels)).nextUp, Kernels.smallestScale)
        }

        func input(_ x: Variable, _ pass: ForwardPass) -> Variable {
            guard let range else { return x }
            if pass.mode == .training {
                let found = x.value.extent
                pass.updateRange(range) { $0.move(to: found, memory: memory) }
            }
            let own = pass.buffers.ranges[range]
            guard own.batches > 0 else { return x }
            let (scale, levels) = Self.levels(from: own.lowest, to: own.highest, layer.inputBits)
            return x.quantized(by: Variable(Tensor(shape: [1], values: [scale])), levels: levels)
        }

        /// 2ᵇ levels from the lowest to the highest number, of which one is 0.
        private static func levels(
            from lowest: Float, to highest: Float, _ bits: Int
        ) -> (scale: Float, levels: ClosedRange<Int>) {
            let most = (1 << bits) - 1
            let (low, high) = (min(lowest, 0), max(highest, 0))
            let scale = scale(high - low, in: most)
            let zero = min(max(Int((-low / scale).rounded(.toNearestOrEven)), 0), most)
            return (scale, -zero...most - zero)
        }

        func startWeights(_ parameters: inout Parameters) {}

        func isStarted(_ parameters: Parameters, _ buffers: Buffers) -> Bool {
            range.map { buffers.ranges[$0].batches > 0 } ?? true
        }
    }
}

extension Buffers.Range {
    /// Takes up the extremes of a batch: the first one's are the range.
    fileprivate mutating func move(to found: (lowest: Float, highest: Float), memory: Float) {
        lowest = batches == 0 ? found.lowest : memory * lowest + (1 - memory) * found.lowest
        highest = batches == 0 ? found.highest : memory * highest + (1 - memory) * found.highest
        batches += 1
    }
}

extension Tensor {
    /// The smallest and the largest element, in whatever order they lie.
    fileprivate var extent: (lowest: Float, highest: Float) {
        var found: (lowest: Float, highest: Float) = (0, 0)
        _ = mapMemory { memory in
            found = Kernels.extents(memory, rows: 1)[0]
            return memory
        }
        return found
    }
}
