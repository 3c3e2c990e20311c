import Distillation
import NeuralNetwork
import ReferenceNumbers
import Testing

/// Expects a loss to have the value and the gradients of a reference case, in both the learner's
/// activations and what the loss learns.
func expectAgreement(ofLoss name: String, with example: ReferenceCase) throws {
    let (student, teacher) = (
        try example.activations("student"), try example.activations("teacher")
    )
    let loss = try PreparedLoss(
        name, options: example.settings, student: student.map(\.shape),
        teacher: teacher.map(\.shape),
        function: Activation(rawValue: example.option("ending", "relu")),
        parameters: example.group("parameter"))
    let (value, gradients) = loss.differentiated(student, teacher, example.context)
    let what = "\(name)/\(example.name)"
    expectAgreement(value, try example.tensor("value"), what)
    for (index, gradient) in gradients.enumerated() {
        expectAgreement(gradient, try example.tensor("gradient/\(index)"), "\(what), gradient")
    }
    let learned = example.group("learned")
    guard !learned.isEmpty else { return }
    let found = loss.learnedGradients(student, teacher, example.context)
    #expect(Set(found.keys) == Set(learned.keys))
    for (name, gradient) in found {
        // The batch norm takes a bias in front of it away again.
        let rounding = name == "regressor.conv.bias" ? 1e-4 : 0
        expectAgreement(
            gradient, try example.tensor("learned/\(name)"), "\(what), \(name)",
            rounding: rounding)
    }
}
