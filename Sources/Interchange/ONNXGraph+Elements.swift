import Kernels
import NeuralNetwork

extension ONNXGraph {
    /// Appends the nodes of a function of every element.
    ///
    /// - Returns: the name of the result.
    /// - Throws: ``ExportError`` for a function that only losses use.
    mutating func elements(
        _ function: UnaryOperation, _ x: String
    ) throws(ExportError) -> String {
        if let name = function.operatorName { return node(name, [x]) }
        switch function {
        case .leakyReLU(let slope): return node("LeakyRelu", [x], ["alpha": .float(slope)])
        case .gelu:
            let share = node("Erf", [scaled(x, by: Float(0.5).squareRoot())])
            return scaled(node("Mul", [x, shifted(share, by: 1)]), by: 0.5)
        case .geluTanh:
            let cube = node("Mul", [x, node("Mul", [x, x])])
            let inner = node("Add", [x, scaled(cube, by: 0.044715)])
            let share = node("Tanh", [scaled(inner, by: (2 / Float.pi).squareRoot())])
            return scaled(node("Mul", [x, shifted(share, by: 1)]), by: 0.5)
        case .silu: return node("Mul", [x, node("Sigmoid", [x])])
        case .affine(let scale, let shift):
            let product = scale == 1 ? x : scaled(x, by: scale)
            return shift == 0 ? product : shifted(product, by: shift)
        default: throw ExportError("ONNX has no form of '\(function)' here")
        }
    }

    /// Every element times a factor.
    mutating func scaled(_ x: String, by factor: Float) -> String {
        node("Mul", [x, tensor(Tensor(factor))])
    }

    private mutating func shifted(_ x: String, by shift: Float) -> String {
        node("Add", [x, tensor(Tensor(shift))])
    }
}

extension UnaryOperation {
    /// The operator that computes it alone; nil where there is none.
    fileprivate var operatorName: String? {
        switch self {
        case .relu: "Relu"
        case .sigmoid: "Sigmoid"
        case .tanh: "Tanh"
        case .softplus: "Softplus"
        default: nil
        }
    }
}
