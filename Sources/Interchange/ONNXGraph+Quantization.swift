import Kernels
import NeuralNetwork

extension ONNXGraph {
    /// Adds weights of 8 bits, and the node that makes floats of them.
    ///
    /// - Parameter name: of the tensor of codes.
    /// - Returns: the name of the floats.
    mutating func dequantized(_ weights: IntegerWeights, named name: String) -> String {
        let codes = bytes(
            weights.codes.map { UInt8(bitPattern: $0) }, .int8, shape: weights.shape, named: name)
        let isByChannel = weights.scales.count > 1
        let scales = tensor(
            Tensor(shape: isByChannel ? [weights.scales.count] : [], values: weights.scales))
        let zeros = bytes(
            [UInt8](repeating: 0, count: weights.scales.count), .int8,
            shape: isByChannel ? [weights.scales.count] : [])
        return node("DequantizeLinear", [codes, scales, zeros], ["axis": .integer(0)])
    }

    /// Appends the nodes of a linear layer of quantised weights: rows, weights, and a bias or none.
    ///
    /// The bias is added by a node of its own, since ONNX Runtime rounds one of a product to a
    /// whole multiple of the scales.
    ///
    /// - Returns: the name of the result.
    mutating func quantizedLinear(
        _ operands: [String], _ activation: UnaryOperation?
    ) throws(ExportError) -> String {
        var result = node("Gemm", Array(operands.prefix(2)), ["transB": .integer(1)])
        if operands.count > 2 { result = node("Add", [result, operands[2]]) }
        guard let activation else { return result }
        return try elements(activation, result)
    }

    /// Appends the nodes that bring a tensor to codes of 8 bits and back.
    ///
    /// Levels that are fewer than those of 8 bits are clipped before.
    ///
    /// - Returns: the name of the floats.
    mutating func quantized(
        _ x: String, scale: Float, levels: ClosedRange<Int>
    ) -> String {
        var x = x
        if levels.count < 256 {
            let bounds = [levels.lowerBound, levels.upperBound].map {
                tensor(Tensor(Float($0) * scale))
            }
            x = node("Clip", [x] + bounds)
        }
        let step = tensor(Tensor(scale))
        let zero = bytes([UInt8(-levels.lowerBound)], .uint8, shape: [])
        let codes = node("QuantizeLinear", [x, step, zero])
        return node("DequantizeLinear", [codes, step, zero])
    }
}
