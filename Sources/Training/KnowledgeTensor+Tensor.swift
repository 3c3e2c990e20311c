import CohortGraph
import Exchange
import NeuralNetwork

extension KnowledgeTensor {
    static let logitsName = "logits"

    /// Logits N×classes as they travel.
    init(logits: Tensor) {
        self.init(
            name: Self.logitsName, kind: .response, shape: logits.shape, values: logits.values)
    }
}

extension Knowledge {
    /// The logits N×classes, if they are part of it.
    ///
    /// - Throws: `WireError` where their payload cannot be decoded.
    func logits() throws -> Tensor? {
        try tensors.first { $0.name == KnowledgeTensor.logitsName }
            .map { Tensor(shape: $0.shape, values: try $0.values()) }
    }
}
