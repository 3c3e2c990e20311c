import Kernels
import NeuralNetwork

extension ONNXGraph {
    /// Appends the nodes of an operation.
    ///
    /// - Parameters:
    ///   - shape: of the result, with −1 for the extent that depends on the batch.
    /// - Returns: the name of the result.
    /// - Throws: ``ExportError`` for an operation that ONNX's operators do not make up here.
    mutating func append(
        _ operation: Operation, _ operands: [String], shape: [Int]
    ) throws(ExportError) -> String {
        switch operation {
        case .convolution(let stride, let padding, let groups):
            return node(
                "Conv", operands,
                [
                    "strides": .integers([stride, stride]), "group": .integer(groups),
                    "pads": .integers([Int](repeating: padding, count: 4)),
                ])
        case .normalization(let moments, let epsilon, let isRectified):
            return normalization(operands, moments, epsilon, isRectified: isRectified)
        case .linear(let activation):
            let sums = node("Gemm", operands, ["transB": .integer(1)])
            guard let activation else { return sums }
            return try elements(activation, sums)
        case .elements(let function): return try elements(function, operands[0])
        case .pairs(let function): return node(function.operatorName, operands)
        case .reshape: return node("Reshape", [operands[0], integers(shape)])
        case .permutation(let axes):
            return node("Transpose", operands, ["perm": .integers(axes)])
        case .rows(let range):
            return node(
                "Slice",
                [
                    operands[0], integers([range.lowerBound]), integers([range.upperBound]),
                    integers([0]),
                ])
        case .concatenation: return node("Concat", operands, ["axis": .integer(0)])
        case .sum(let axes): return node("ReduceSum", [operands[0], integers(axes)])
        case .maxPool(let window):
            return node(
                "MaxPool", operands,
                [
                    "kernel_shape": .integers([window.kernel.height, window.kernel.width]),
                    "strides": .integers([window.stride, window.stride]),
                    "pads": .integers([Int](repeating: window.padding, count: 4)),
                ])
        case .globalAveragePool:
            return node("Flatten", [node("GlobalAveragePool", operands)])
        case .softmax: return node("Softmax", operands, ["axis": .integer(-1)])
        case .layerNormalization(let epsilon):
            return node("LayerNormalization", operands, ["epsilon": .float(epsilon)])
        case .selfAttention(let heads, let length):
            return attention(
                operands[0], mask: operands.dropFirst().first, heads: heads, length: length,
                width: shape[1])
        case .causalAttention(let heads, let length):
            return attention(
                operands[0], mask: nil, heads: heads, length: length, width: shape[1],
                isCausal: true)
        case .paddingMask(let padding, let window):
            return paddingMask(operands[0], padding, places: shape[1], window: window)
        case .embedding:
            return node("Gather", [operands[0], node("Reshape", [operands[1], integers([-1])])])
        case .quantization, .hyperbolicQuantization:
            preconditionFailure("what it makes of scales and weights is written by their values")
        case .other(let name): throw ExportError("ONNX has no form of '\(name)' here")
        }
    }

    /// - Parameter operands: channels, scale, shift, and a residual or none.
    private mutating func normalization(
        _ operands: [String], _ moments: Kernels.BatchMoments, _ epsilon: Float, isRectified: Bool
    ) -> String {
        let channels = [moments.mean.count]
        let mean = tensor(Tensor(shape: channels, values: moments.mean))
        let variance = tensor(Tensor(shape: channels, values: moments.variance))
        var result = node(
            "BatchNormalization", operands.prefix(3) + [mean, variance],
            ["epsilon": .float(epsilon)])
        if operands.count > 3 { result = node("Add", [result, operands[3]]) }
        return isRectified ? node("Relu", [result]) : result
    }

    /// - Parameters:
    ///   - mask: N×length, 1 where a position counts; nil where all do.
    ///   - width: of the result.
    ///   - isCausal: whether a position attends to those up to itself alone.
    private mutating func attention(
        _ x: String, mask: String?, heads: Int, length: Int, width: Int, isCausal: Bool = false
    ) -> String {
        let depth = width / heads
        let parts = node("Reshape", [x, integers([-1, length, 3, heads, depth])])
        let byHead = node("Transpose", [parts], ["perm": .integers([2, 0, 3, 1, 4])])
        let (q, k, v) = (part(0, of: byHead), part(1, of: byHead), part(2, of: byHead))
        let columns = node("Transpose", [k], ["perm": .integers([0, 1, 3, 2])])
        let products = node("MatMul", [q, columns])
        let scale = tensor(Tensor(1 / Float(depth).squareRoot()))
        var scores = node("Mul", [products, scale])
        if isCausal {
            let bounds = (0..<length * length).map {
                $0 % length <= $0 / length ? 0 : -Float.infinity
            }
            let shape = [1, 1, length, length]
            scores = node("Add", [scores, tensor(Tensor(shape: shape, values: bounds))])
        }
        if let mask {
            let keys = node("Reshape", [mask, integers([-1, 1, 1, length])])
            let isCounted = node("Cast", [keys], ["to": .integer(ElementType.bool.rawValue)])
            scores = node("Where", [isCounted, scores, tensor(Tensor(-Float.infinity))])
        }
        let shares = node("Softmax", [scores], ["axis": .integer(-1)])
        var mixed = node("MatMul", [shares, v])
        if let mask {
            mixed = node("Mul", [mixed, node("Reshape", [mask, integers([-1, 1, length, 1])])])
        }
        let rows = node("Transpose", [mixed], ["perm": .integers([0, 2, 1, 3])])
        return node("Reshape", [rows, integers([-1, width])])
    }

    /// - Parameter places: windows of each sequence.
    private mutating func paddingMask(
        _ tokens: String, _ padding: Int, places: Int, window: Int
    ) -> String {
        let length = places + window - 1
        let rows = node("Reshape", [tokens, integers([-1, length])])
        let isPadding = node("Equal", [rows, integers([padding])])
        let float = Attribute.integer(ElementType.float.rawValue)
        let isToken = node("Cast", [node("Not", [isPadding])], ["to": float])
        let later = node(
            "CumSum", [isToken, integers([1], isScalar: true)], ["reverse": .integer(1)])
        let mask = node("Cast", [node("Greater", [later, tensor(Tensor(0))])], ["to": float])
        func columns(_ range: Range<Int>) -> String {
            node(
                "Slice",
                [
                    mask, integers([range.lowerBound]), integers([range.upperBound]), integers([1]),
                ])
        }
        let none = node("Mul", [columns(0..<1), tensor(Tensor(0))])
        let first = node("Add", [none, tensor(Tensor(1))])
        guard places > 1 else { return first }
        return node("Concat", [first, columns(window..<length)], ["axis": .integer(1)])
    }

    /// An entry of the first dimension, without it.
    private mutating func part(_ number: Int, of x: String) -> String {
        node("Gather", [x, integers([number], isScalar: true)], ["axis": .integer(0)])
    }
}

extension BinaryOperation {
    fileprivate var operatorName: String {
        switch self {
        case .add: "Add"
        case .subtract: "Sub"
        case .multiply: "Mul"
        case .divide: "Div"
        case .maximum: "Max"
        }
    }
}
