import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Mutual contrastive learning between two nets.
@Suite(.timeLimit(.minutes(1))) struct MutualContrastTests {
    /// Value, and the gradients of the learner and of both embedding heads.
    @Test func agreesWithPyTorch() throws {
        let resources = try #require(Bundle.module.resourceURL)
        let cases = try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/peers.safetensors"), group: "mcl")
        #expect(cases.count == 4)
        for example in cases {
            let (student, teacher) = (
                try example.tensor("student/0"), try example.tensor("teacher/0")
            )
            let loss = try PreparedLoss(
                "mcl", options: setting(example.options), student: [student.shape],
                teacher: [teacher.shape], parameters: example.group("parameter"))
            let context = LossContext(labels: try example.labels())
            let found = loss.differentiated([student], [teacher], context)
            expectAgreement(found.value, try example.tensor("value"), example.name)
            expectAgreement(
                found.gradients[0], try example.tensor("gradient/0"), "\(example.name), gradient")
            let learned = loss.learnedGradients([student], [teacher], context)
            #expect(learned.count == 8)
            for (name, gradient) in learned {
                expectAgreement(
                    gradient, try example.tensor("learned/\(name)"), "\(example.name), \(name)",
                    rounding: 1e-5)
            }
        }
    }

    /// Where no sample of the batch has another of its class, only the soft parts remain.
    @Test func aBatchWithoutPairsHasNoContrast() throws {
        let soft = ["soft-vanilla": "0", "soft-interactive": "0"]
        let loss = try PreparedLoss(
            "mcl", options: setting(soft), student: [[4, 6]], teacher: [[4, 6]])
        let found = loss.differentiated(
            [normal([4, 6], 1)], [normal([4, 6], 2)], LossContext(labels: [0, 1, 2, 3]))
        #expect(found.value.scalar == 0)
        #expect(found.gradients[0]?.values.allSatisfy { $0 == 0 } == true)
    }
}
