import Kernels

extension Variable {
    /// Every element at the nearest level, s·round(clip(x / s)) with halves to even; rounding
    /// passes the gradient through (Bengio et al. 2013).
    ///
    /// The gradient in an element is that of the clipping. The gradient in a scale is
    /// Σ g·(round(x / s) − x / s) over the elements within the levels and Σ g·bound over the
    /// others (Esser et al. 2020), times a factor.
    ///
    /// - Parameters:
    ///   - scales: one, or one for each entry of the first dimension.
    ///   - levels: as whole multiples of the scale.
    ///   - scaleFactor: of the gradient in the scales.
    public func quantized(
        by scales: Variable, levels: ClosedRange<Int>, scaleFactor: Float = 1
    ) -> Variable {
        let (x, s) = (value, scales.value.values)
        precondition(s.count == 1 || s.count == shape.first, "\(s.count) scales for \(shape)")
        let needsScales = scales.needsGradient
        let (y, ordered) =
            s.count == 1
            ? (x.mapMemory { Kernels.quantized($0, scales: s, levels: levels) }, x)
            : (
                Tensor(
                    shape: shape,
                    floats: Kernels.quantized(x.floats, scales: s, levels: levels)),
                Tensor(shape: shape, floats: x.floats)
            )
        return .operation(y, of: [self, scales], as: .quantization(levels: levels)) { g in
            var sums: [Float] = []
            let input = ordered.mapMemory { x in
                let found = Kernels.quantizedGradient(
                    x, upstream: g.memory(as: ordered), scales: s, levels: levels)
                sums = found.scales
                return found.input
            }
            let byScale =
                needsScales
                ? Tensor(shape: [s.count], values: sums.map { $0 * scaleFactor }) : nil
            return [input, byScale]
        }
    }

    /// Weights between −1 and 1 in 2ᵇ evenly spaced levels (Zhou et al. 2016):
    /// 2·q(tanh w / (2·max|tanh w|) + ½) − 1, where q rounds to multiples of 1 / (2ᵇ − 1) and
    /// passes the gradient through.
    public func hyperbolicallyQuantized(bits: Int) -> Variable {
        let steps = (1 << bits) - 1
        let tangents = value.mapMemory { Kernels.apply(.tanh, $0) }.floats
        let extent = Kernels.extents(tangents, rows: 1)[0]
        let largest = max(-extent.lowest, extent.highest, Kernels.smallestScale)
        let unit = Kernels.apply(.affine(scale: 0.5 / largest, shift: 0.5), tangents)
        let rounded = Kernels.quantized(unit, scales: [1 / Float(steps)], levels: 0...steps)
        let shape = shape
        let y = Tensor(
            shape: shape, floats: Kernels.apply(.affine(scale: 2, shift: -1), rounded))
        return .operation(y, of: [self], as: .hyperbolicQuantization(bits: bits)) { g in
            let byLargest = Kernels.sum(
                Kernels.apply(.multiply, g.floats, tangents), shape: [tangents.count], steps: [0],
                count: 1)[0]
            var d = Kernels.apply(.affine(scale: 1 / largest, shift: 0), g.floats)
            let place = Kernels.argmax(
                Kernels.apply(.absolute, tangents), width: tangents.count)[0]
            let sign: Float = tangents[place] < 0 ? -1 : 1
            let own = d[place] - sign * byLargest / (largest * largest)
            d.fill(place..<place + 1, with: own)
            let input = Kernels.gradient(of: .tanh, at: tangents, upstream: d)
            return [Tensor(shape: shape, floats: input)]
        }
    }
}
