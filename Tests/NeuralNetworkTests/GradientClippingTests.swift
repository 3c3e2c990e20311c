import NeuralNetwork
import ReferenceNumbers
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GradientClippingTests {
    @Test func clippingFollowsPyTorch() throws {
        for example in try ReferenceCase.all(in: "training-rules", group: "clip") {
            var gradient = try example.tensor("gradient")
            let norm = gradient.clip(norm: example.option("limit", 1))
            expectAgreement(gradient, try example.tensor("clipped"), example.name, tolerance: 1e-6)
            #expect(abs(norm / (try example.tensor("norm")).scalar - 1) < 1e-6)
        }
    }
}
