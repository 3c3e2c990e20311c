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
        // Judged by its contract: there is none for this name.
        probabilities([0.3, 0.6, 0.4, 9, 1, -2], name: "probabilities@4"),
        probabilities([0.3, 0.6, 0.1, 0, 1, 0], Float16Codec()),
        probabilities([0.3, 0.6, 0.1, 0, 1, 0], TopKCodec(k: 1)),
        sum([[0.3, 0.6, 0.1, -0.898], [0, 1, 0, 0]]), sum([[0, 0, 0, 0], [0, 0, 0, 0]]),
        sum([[1.3, 0.6, 1.1, -1.7], [1, 1, 1, -3.2958]]),
    ]

    /// The rows of several learners' sum, each with its negative entropy at last.
    private static func sum(_ rows: [[Double]]) -> KnowledgeTensor {
        KnowledgeTensor(
            name: "probability-sum@1", shape: [rows.count, rows[0].count],
            units: rows.joined().map { Int64($0 * 0x1p40) })
    }

    private static let simplexNames = ["probabilities", "shares"]

    private func objection(to tensor: KnowledgeTensor) -> String? {
        check.objection(to: [Self.logits, tensor]) { name in
            guard tensor.kind == .response, Self.simplexNames.contains(name) else { return nil }
            return TensorContract(kind: .response, shape: [2, 3], domain: .simplex)
        }
    }

    @Test(arguments: sound)
    func soundKnowledgeIsTaken(_ tensor: KnowledgeTensor) {
        #expect(objection(to: tensor) == nil)
    }

    static let unsound: [(KnowledgeTensor, String)] = [
        (
            probabilities([0.5, 0.25, 0.25, 0.5, 0.25, 0.2]),
            "'probabilities' has rows that are not probabilities"
        ),
        (
            probabilities([0.5, 0.25, 0.25, 1, 0.25, -0.25], name: "shares"),
            "'shares' has rows that are not probabilities"
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
        (
            sum([[0.3, 0.6, 0.1, -0.898], [1, 1, 0, 0]]),
            "'probability-sum@1' has rows that are not the probabilities of 1 learners"
        ),
        (
            sum([[0.3, 0.8, -0.1, -0.898], [1, 0, 0, 0]]),
            "'probability-sum@1' has rows that are not the probabilities of 1 learners"
        ),
        (
            sum([[0.3, 0.6, 0.1, -1.2], [1, 0, 0, 0]]),
            "'probability-sum@1' has entropies that are not those of 1 learners"
        ),
        (
            sum([[0.3, 0.6, 0.1, 0.2], [1, 0, 0, 0]]),
            "'probability-sum@1' has entropies that are not those of 1 learners"
        ),
        (
            sum([[0.3, 0.6, 0.1], [1, 0, 0]]),
            "'probability-sum@1' is no sum over 3 classes but of shape [2, 3]"
        ),
        (
            KnowledgeTensor(
                name: "probability-sum@1", shape: [2, 4],
                units: [Int64](repeating: .min, count: 8)),
            "'probability-sum@1' is the sum of no number of learners"
        ),
        (
            KnowledgeTensor(
                name: "probability-sum@1", kind: .sum, shape: [2, 4],
                values: [Float](repeating: 0.25, count: 8)),
            "'probability-sum@1' cannot be read: dtype: float32 where whole numbers are due"
        ),
    ]

    @Test(arguments: unsound)
    func unsoundKnowledgeIsNot(_ tensor: KnowledgeTensor, _ objection: String) {
        #expect(self.objection(to: tensor) == objection)
    }

    /// A sum of two learners, where a contract allows fewer, as many, and more.
    @Test(arguments: [(1, "'sum' is of 2 learners, where at most 1 are due"), (2, nil), (3, nil)])
    func aSumIsOfNoMoreLearnersThanItsContractAllows(_ most: Int, _ objection: String?) {
        let sum = KnowledgeTensor(
            name: "sum", shape: [1, 4], units: [1 << 40, 1 << 40, 0, 0])
        let contract = TensorContract(
            kind: .sum, shape: [1, 4], domain: .fixedPoint(mostLearners: most))
        #expect(check.objection(to: [sum]) { _ in contract } == objection)
        #expect(check.objection(to: [sum]) == nil)
    }
}
