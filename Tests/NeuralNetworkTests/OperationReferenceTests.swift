import Kernels
import NeuralNetwork
import ReferenceNumbers
import Testing

/// Values and gradients of every operation against PyTorch in float64.
@Suite(.timeLimit(.minutes(1)))
struct OperationReferenceTests {
    /// Runs every case of a group: the output, and each operand's gradient under the case's
    /// upstream gradient, must agree.
    private func check(
        _ group: String, operands: [String] = ["input"],
        _ operation: (ReferenceCase, [String: Variable]) throws -> Variable
    ) throws {
        for example in try ReferenceCase.all(in: "operations", group: group) {
            let tape = Tape()
            var leaves: [String: Variable] = [:]
            for name in operands where example.tensors[name] != nil {
                leaves[name] = tape.leaf(try example.tensor(name))
            }
            let output = try operation(example, leaves)
            expectAgreement(
                output.value, try example.tensor("output"), "\(group)/\(example.name)")
            tape.backward(from: (output * Variable(try example.tensor("upstream"))).sum())
            for (name, leaf) in leaves {
                expectAgreement(
                    leaf.gradient, try example.tensor("\(name).gradient"),
                    "\(group)/\(example.name), gradient of \(name)")
            }
        }
    }

    @Test func linear() throws {
        try check("linear", operands: ["input", "weight", "bias"]) { _, x in
            try input(x).linear(#require(x["weight"]), bias: x["bias"])
        }
    }

    @Test func convolution() throws {
        try check("conv2d", operands: ["input", "weight", "bias"]) { example, x in
            try input(x).convolution(
                #require(x["weight"]), bias: x["bias"], stride: example.option("stride", 1),
                padding: example.option("padding", 0), groups: example.option("groups", 1))
        }
    }

    @Test(
        arguments: [
            ("relu", .relu), ("leaky-relu", .leakyReLU(slope: 0.2)), ("gelu", .gelu),
            ("gelu-tanh", .geluTanh), ("silu", .silu), ("sigmoid", .sigmoid), ("tanh", .tanh),
            ("softplus", .softplus), ("huber", .huber),
        ] as [(String, UnaryOperation)])
    func activation(name: String, operation: UnaryOperation) throws {
        let example = try ReferenceCase.one(in: "operations", "activation/\(name)")
        let tape = Tape()
        let x = tape.leaf(try example.tensor("input"))
        let y = x.map(operation)
        expectAgreement(y.value, try example.tensor("output"), name)
        tape.backward(from: (y * Variable(try example.tensor("upstream"))).sum())
        expectAgreement(x.gradient, try example.tensor("input.gradient"), "gradient of \(name)")
    }

    @Test func pooling() throws {
        try check("max-pool") { example, x in try input(x).maxPool(window(of: example)) }
        try check("average-pool") { example, x in try input(x).averagePool(window(of: example)) }
        try check("global-average-pool") { _, x in try input(x).globalAveragePool() }
    }

    @Test func softmax() throws {
        try check("softmax") { _, x in try input(x).softmax() }
        try check("log-softmax") { _, x in try input(x).logSoftmax() }
    }

    @Test func crossEntropy() throws {
        try check("cross-entropy") { example, x in
            try input(x).crossEntropy(
                example.labels(), smoothing: example.option("smoothing", 0))
        }
    }

    @Test func weightedCrossEntropy() throws {
        try check("weighted-cross-entropy") { example, x in
            try input(x).crossEntropy(
                example.labels(), weights: example.tensor("weights").values,
                smoothing: example.option("smoothing", 0))
        }
    }

    /// T²·KL(teacher‖student), composed of this room's operations.
    @Test func divergence() throws {
        try check("divergence") { example, x in
            let temperature: Float = example.option("temperature", 1)
            let teacher = Variable(try example.tensor("teacher")) / temperature
            let student = try input(x) / temperature
            let terms = teacher.softmax() * (teacher.logSoftmax() - student.logSoftmax())
            return terms.sum() * (temperature * temperature / Float(student.shape[0]))
        }
    }

    @Test func arithmetic() throws {
        try check("matmul", operands: ["input", "other"]) { _, x in
            try input(x).matmul(#require(x["other"]))
        }
        try check("add", operands: ["input", "other"]) { _, x in
            try input(x) + #require(x["other"])
        }
    }

    @Test func batchesAndRows() throws {
        try check("batched-matmul", operands: ["input", "mat2"]) { _, x in
            try input(x).batchedMatmul(#require(x["mat2"]))
        }
        try check("selection") { example, x in
            try input(x).selecting(rows: example.numbers("rows"))
        }
        try check("row-distances") { _, x in try input(x).rowDistances() }
        try check("normalized-rows") { _, x in try input(x).normalizedRows() }
    }

    @Test func reductions() throws {
        for (group, reduce) in [("sum", Variable.sum(along:)), ("mean", Variable.mean(along:))] {
            try check(group) { example, x in
                let axes = example.numbers("axes")
                let x = try input(x)
                let kept = x.shape.indices.filter { !axes.contains($0) }
                return reduce(x)(axes).reshaped(kept.map { x.shape[$0] })
            }
        }
    }

    private func input(_ operands: [String: Variable]) throws -> Variable {
        try #require(operands["input"])
    }

    private func window(of example: ReferenceCase) -> Window {
        Window(
            example.option("kernel", 2), stride: example.option("stride", 1),
            padding: example.option("padding", 0))
    }
}
