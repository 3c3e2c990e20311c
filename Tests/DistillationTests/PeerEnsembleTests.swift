import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing

/// The ensemble classifier over the features of all peers.
@Suite(.timeLimit(.minutes(1))) struct PeerEnsembleTests {
    /// Both scalars, and the gradients of their sum in the learner and in the classifier.
    @Test func agreesWithPyTorch() throws {
        let resources = try #require(Bundle.module.resourceURL)
        let cases = try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/peers.safetensors"), group: "ensemble")
        #expect(cases.count == 3)
        for example in cases {
            let count = example.option("teachers", 0)
            let inputs = try (["student"] + (0..<count).map { "teacher-\($0)" }).map { side in
                try (0..<2).map { try example.tensor("\(side)/\($0)") }
            }
            var loss = try Losses.registry.make("okddip")
            let places = inputs.map { $0.map { Model.Tap(shape: [$0.shape[1]]) } }
            loss.fit(student: places[0], teachers: Array(places.dropFirst()))
            let prepared = try PreparedCombination(
                "ensemble", teachers: count, by: loss, parameters: example.group("parameter"))
            let tape = Tape()
            let leaves = inputs[0].map { tape.leaf($0) }
            let teachers = inputs.dropFirst().map { loss.summary($0.map { Variable($0) }).value }
            let pass = prepared.parameters.pass(tape)
            let context = LossContext(
                temperature: example.option("temperature", 1), labels: try example.labels())
            let found = try prepared(loss.summary(leaves), teachers, by: loss, context, pass)
            let steady = try #require(found.steady)
            tape.backward(from: found.term.value + steady)
            expectAgreement(found.term.value.value, try example.tensor("value"), example.name)
            expectAgreement(steady.value, try example.tensor("steady"), example.name)
            for place in 0..<2 {
                expectAgreement(
                    leaves[place].gradient, try example.tensor("gradient/\(place)"),
                    "\(example.name), gradient \(place)")
            }
            for (index, slot) in prepared.parameters.slots.enumerated() {
                expectAgreement(
                    pass.parameter(index).gradient, try example.tensor("learned/\(slot.name)"),
                    "\(example.name), \(slot.name)", rounding: 1e-5)
            }
        }
    }
}
