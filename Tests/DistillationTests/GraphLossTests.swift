import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The losses of graphs against PyTorch in float64, and what they refuse.
@Suite(.timeLimit(.minutes(1))) struct GraphLossTests {
    private static func cases(_ name: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/graphs.safetensors"), group: "loss/\(name)")
    }

    @Test(arguments: ["irg-vertices", "irg-edges", "irg-transformation"])
    func agreesWithPyTorch(_ name: String) throws {
        for example in try Self.cases(name) { try expectAgreement(ofLoss: name, with: example) }
    }

    /// While the attention learns, its scalar and the gradients of all that it learns; then the
    /// student's loss and gradients, by singular vectors of another program.
    @Test func attentionAgreesWithPyTorch() throws {
        for example in try Self.cases("mhgd") {
            let (student, teacher) = (
                try example.activations("student"), try example.activations("teacher")
            )
            let loss = try PreparedLoss(
                "mhgd", options: example.settings, student: student.map(\.shape),
                teacher: teacher.map(\.shape), parameters: example.group("parameter"))
            let tape = Tape()
            var context = example.context
            let pass = loss.pass(tape)
            context.parameters = pass
            let leaves = student.map(tape.leaf)
            let others = loss.loss.summary(teacher.map { Variable($0) }).value
            let term = loss.loss(loss.loss.summary(leaves), others, context)
            let learned = example.group("learned")
            #expect((term.auxiliary != nil) == !learned.isEmpty)
            let scalar = term.auxiliary ?? term.value
            expectAgreement(scalar.value, try example.tensor("value"), example.name)
            tape.backward(from: scalar)
            for (place, slot) in loss.parameters.slots.enumerated() where !learned.isEmpty {
                // Batch norm takes a bias in front of it away again.
                expectAgreement(
                    pass.parameter(place).gradient, try example.tensor("learned/\(slot.name)"),
                    "\(example.name), \(slot.name)", rounding: 1e-5)
            }
            for (place, leaf) in leaves.enumerated() where learned.isEmpty {
                expectAgreement(
                    leaf.gradient, try example.tensor("gradient/\(place)"),
                    "\(example.name), gradient \(place)", tolerance: 1e-3)
            }
            if !learned.isEmpty { #expect(term.value.value.scalar == 0) }
        }
    }

    /// The channels of both sides' taps must be equal, of whatever size their images are.
    @Test func attentionNeedsEqualChannels() throws {
        let taps = [[4, 3, 4, 4], [4, 6, 2, 2]]
        let options = setting(["levels": "2"])
        _ = try PreparedLoss(
            "mhgd", options: options, student: taps, teacher: [[4, 3, 8, 8], [4, 6, 1, 1]])
        let error = #expect(throws: SettingError.self) {
            _ = try PreparedLoss(
                "mhgd", options: options, student: taps, teacher: [[4, 3, 4, 4], [4, 8, 2, 2]])
        }
        #expect(error?.message.contains("have 3, 6 and its teacher's 3, 8") == true)
    }

    /// The vectors have norm 1 and are orthogonal, whatever the scale and the order of samples; of
    /// fewer there are zeros.
    @Test func singularVectorsAreThoseOfTheMap() throws {
        let images = normal([3, 12, 5, 4], 1)
        func vectors(_ x: Tensor) -> Tensor { Summary.singularVectors([Variable(x)]).value }
        let found = vectors(images)
        let larger = Tensor(shape: images.shape, values: images.values.map { $0 * -1e4 })
        expectAgreement(vectors(larger), found, "another scale")
        let other = vectors(images.selecting(rows: [2, 0, 1])).selecting(rows: [1, 2, 0])
        #expect(other.values == found.values)
        let rows = Variable(found.reshaped([3, 4, 12]))
        let products = rows.batchedMatmul(rows.permuted([0, 2, 1])).value
        let unit = (0..<48).map { $0 % 16 % 5 == 0 ? 1 : 0 as Float }
        expectAgreement(products, Tensor(shape: [3, 4, 4], values: unit), "norm and angle")
        #expect(vectors(Tensor(repeating: 0, shape: [2, 3, 4, 4])).sumOfSquares == 0)
        #expect(vectors(normal([2, 9], 1)).values.count { $0 != 0 } == 18)
    }
}
