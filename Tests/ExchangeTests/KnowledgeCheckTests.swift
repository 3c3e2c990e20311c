import CohortGraph
import Exchange
import Testing

/// What knowledge must be before it is used.
@Suite(.timeLimit(.minutes(1)))
struct KnowledgeCheckTests {
    private let check = KnowledgeCheck(classes: 3)
    private static let logits = KnowledgeTensor(
        name: "logits", kind: .response, shape: [2, 3], values: [0, 1, 2, 3, 4, 5])

    private static func probabilities(
        _ values: [Float], _ codec: some KnowledgeCodec = Float32Codec(),
        name: String = "probabilities"
    ) -> KnowledgeTensor {
        KnowledgeTensor(
            name: name, kind: .response, shape: [2, 3], values: values, codec: codec,
            temperature: nil)
    }

    static let sound: [KnowledgeTensor] = [
        KnowledgeTensor(name: "layer3", kind: .relation, shape: [2, 2], values: [1, 0, 0, 1]),
        KnowledgeTensor(name: "layer3", kind: .feature, shape: [2, 1, 2], values: [9, -9, 0, 0]),
        KnowledgeTensor(name: "probabilities", kind: .feature, shape: [2, 1], values: [9, -9]),
        probabilities([0.3, 0.6, 0.1, 0, 1, 0]),
        probabilities([0.3, 0.6, 0.1, 0, 1, 0], Float16Codec()),
        probabilities([0.3, 0.6, 0.1, 0, 1, 0], TopKCodec(k: 1)),
    ]

    @Test(arguments: sound)
    func soundKnowledgeIsTaken(_ tensor: KnowledgeTensor) {
        #expect(check.objection(to: [Self.logits, tensor]) == nil)
    }

    static let unsound: [(KnowledgeTensor, String)] = [
        (
            probabilities([0.5, 0.25, 0.25, 0.5, 0.25, 0.2]),
            "'probabilities' has rows that are not probabilities"
        ),
        (
            probabilities([0.5, 0.25, 0.25, 1, 0.25, -0.25], name: "probabilities-late"),
            "'probabilities-late' has rows that are not probabilities"
        ),
        (
            KnowledgeTensor(
                name: "logits", kind: .response, shape: [2, 3], encoding: .topK,
                payload: [2] + [UInt8](repeating: 0, count: 43)),
            "'logits' cannot be read: values: index 0 does not ascend or is too large"
        ),
        (
            KnowledgeTensor(
                name: "logits", kind: .response, shape: [2, 3], values: [0, 1, 2, 3, 4, .infinity],
                codec: Int8Codec(), temperature: 1),
            "'logits' has values that are not finite"
        ),
    ]

    @Test(arguments: unsound)
    func unsoundKnowledgeIsNot(_ tensor: KnowledgeTensor, _ objection: String) {
        #expect(check.objection(to: [Self.logits, tensor]) == objection)
    }
}
