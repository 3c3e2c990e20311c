import NeuralNetwork
import ReferenceNumbers
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GradientClippingTests {
    @Test func clippingFollowsPyTorch() throws {
        for example in try ReferenceCase.all(in: "training-rules", group: "clip") {
            var gradients = try example.group("gradient").sorted { $0.key < $1.key }
                .map { try #require($0.value.tensor) }
            let norm = gradients.clip(norm: example.option("limit", 1))
            for (index, gradient) in gradients.enumerated() {
                expectAgreement(
                    gradient, try example.tensor("clipped/\(index)"), example.name, tolerance: 1e-6)
            }
            #expect(abs(norm / (try example.tensor("norm")).scalar - 1) < 1e-6)
        }
    }

    @Test func aNormThatIsNotFiniteClipsNothing() {
        var gradients = [
            Tensor(shape: [2], values: [1, .infinity]), Tensor(shape: [1], values: [3]),
        ]
        #expect(gradients.clip(norm: 1) == .infinity)
        #expect(gradients.map(\.values) == [[1, .infinity], [3]])
    }
}
