import Kernels

/// The weights of a quantised layer as integers of 8 bits: each times its scale is the weight.
public struct IntegerWeights: Sendable {
    /// The number of the parameter.
    public let parameter: Int
    /// The extents of the weights.
    public let shape: [Int]
    /// Row-major.
    public let codes: [Int8]
    /// One, or one for each entry of the first dimension.
    public let scales: [Float]
}

extension Computation {
    /// The weights that a step quantises; nil for a step that quantises none.
    public func integerWeights(at place: Int, _ parameters: Parameters) -> IntegerWeights? {
        let step = steps[place]
        guard case .parameter(let number) = step.operands.first else { return nil }
        let weights = parameters[parameters.slots[number]]
        switch step.operation {
        case .quantization(let levels):
            let scales = scales(of: step, parameters)
            let width = weights.count / scales.count
            let codes = weights.values.enumerated().map { place, weight in
                let ratio = weight / scales[place / width]
                let kept = min(max(ratio, Float(levels.lowerBound)), Float(levels.upperBound))
                return Int8(kept.rounded(.toNearestOrEven))
            }
            return IntegerWeights(
                parameter: number, shape: step.shape, codes: codes, scales: scales)
        case .hyperbolicQuantization(let bits):
            let steps = Float((1 << bits) - 1)
            let values = Variable(weights).hyperbolicallyQuantized(bits: bits).value.values
            return IntegerWeights(
                parameter: number, shape: step.shape,
                codes: values.map { Int8(($0 * steps).rounded()) }, scales: [1 / steps])
        default: return nil
        }
    }

    /// The scales of a step that quantises to evenly spaced levels.
    public func scales(of step: Step, _ parameters: Parameters) -> [Float] {
        let stored =
            switch step.operands[1] {
            case .parameter(let number): parameters[parameters.slots[number]]
            case .constant(let number): constants[number]
            case .input, .result: preconditionFailure("scales are parameters or constants")
            }
        return stored.values.map { max($0, Kernels.smallestScale) }
    }
}
