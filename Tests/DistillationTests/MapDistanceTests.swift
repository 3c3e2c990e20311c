import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The mean square of two maps against PyTorch: `scripts/reference/pairs.py`.
@Suite(.timeLimit(.minutes(1))) struct MapDistanceTests {
    @Test func agreesWithPyTorch() throws {
        let file = try #require(
            Bundle.module.url(
                forResource: "Fixtures/map-distances", withExtension: "safetensors"))
        let examples = try ReferenceCase.all(at: file, group: "map-mse")
        #expect(examples.count == 5)
        for example in examples {
            let (student, teacher) = (
                try example.tensor("student"), try example.tensor("teacher")
            )
            let loss = try PreparedLoss(
                "map-mse", options: nil, student: [student.shape], teacher: [teacher.shape],
                function: .relu, parameters: example.group("parameter"))
            let context = LossContext(labels: nil, epoch: 0)
            let (value, gradients) = loss.differentiated([student], [teacher], context)
            expectAgreement(value, try example.tensor("value"), example.name)
            expectAgreement(gradients[0], try example.tensor("gradient"), example.name)
            guard !loss.parameters.slots.isEmpty else { continue }
            for (name, gradient) in loss.learnedGradients([student], [teacher], context) {
                expectAgreement(
                    gradient, try example.tensor("learned/\(name)"), "\(example.name), \(name)")
            }
        }
    }

    /// Sizes that are no whole multiples of one another are refused.
    @Test func sizesMustFit() {
        let error = #expect(throws: SettingError.self) {
            try PreparedLoss(
                "map-mse", options: nil, student: [[2, 3, 5, 5]], teacher: [[2, 3, 4, 4]],
                function: .relu, parameters: [:])
        }
        #expect(
            error?.description.contains("whole multiple of the other") == true,
            "\(String(describing: error))")
    }
}
