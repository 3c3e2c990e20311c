import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The attention of diverse peers, which learns through the target.
@Suite(.timeLimit(.minutes(1))) struct PeerAttentionTests {
    private func loss(_ widths: [Int], classes: Int) throws -> any DistillationLoss {
        var loss = try Losses.registry.make("okddip")
        let places = widths.map { [Model.Tap(shape: [$0]), Model.Tap(shape: [classes])] }
        loss.fit(student: places[0], teachers: Array(places.dropFirst()))
        return loss
    }

    private static func cases() throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/peers.safetensors"), group: "peers")
    }

    /// Value, shares, and the gradients of the learner and of the attention.
    @Test func agreesWithPyTorch() throws {
        let cases = try Self.cases()
        #expect(cases.count == 8)
        for example in cases {
            let count = example.option("teachers", 0)
            let sides = ["student"] + (0..<count).map { "teacher-\($0)" }
            let inputs = try sides.map { side in
                try (0..<2).map { try example.tensor("\(side)/\($0)") }
            }
            let loss = try loss(inputs.map { $0[0].shape[1] }, classes: inputs[0][1].shape[1])
            let prepared = try PreparedCombination(
                "attention",
                options: setting(["size": "3", "mix": example.options["mix"] ?? ""]),
                teachers: count, by: loss, parameters: example.group("parameter"))
            let tape = Tape()
            let leaves = inputs[0].map { tape.leaf($0) }
            let teachers = inputs.dropFirst().map { loss.summary($0.map { Variable($0) }).value }
            let pass = prepared.parameters.pass(tape)
            let context = LossContext(temperature: example.option("temperature", 1))
            let found = try prepared(loss.summary(leaves), teachers, by: loss, context, pass)
            tape.backward(from: found.term.value)
            expectAgreement(found.term.value.value, try example.tensor("value"), example.name)
            for place in 0..<2 {
                expectAgreement(
                    leaves[place].gradient, try example.tensor("gradient/\(place)"),
                    "\(example.name), gradient \(place)")
            }
            let shares = try example.tensor("shares").values
            #expect(found.shares?.count == shares.count)
            for (share, expected) in zip(try #require(found.shares), shares) {
                #expect(abs(share - Double(expected)) < 1e-5)
            }
            for (index, slot) in prepared.parameters.slots.enumerated() {
                expectAgreement(
                    pass.parameter(index).gradient, try example.tensor("learned/\(slot.name)"),
                    "\(example.name), \(slot.name)", rounding: 1e-5)
            }
        }
    }

    /// Where all members agree there is nothing to learn, whatever the attention.
    @Test(arguments: ["logits", "probabilities"])
    func vanishesWhereAllAgree(mix: String) throws {
        let loss = try loss([6, 6, 6], classes: 5)
        let prepared = try PreparedCombination(
            "attention", options: setting(["mix": mix]), teachers: 2, by: loss)
        let side = normal([4, 11], 1)
        let found = try prepared.differentiated(
            side, [side, side], by: loss, LossContext(temperature: 2))
        #expect(found.value.scalar >= 0 && found.value.scalar < 1e-9)
        #expect(found.gradient?.values.allSatisfy { abs($0) < 1e-5 } == true)
    }

    /// With one teacher and no attention the loss is the divergence from its logits.
    @Test func theLossAloneIsADivergence() throws {
        let loss = try loss([3, 3], classes: 5)
        let sides = [UInt64(1), 2].map { normal([4, 8], $0) }
        let logits = sides.map { side in
            Tensor(
                shape: [4, 5],
                values: (0..<4).flatMap { Array(side.values[$0 * 8 + 3..<$0 * 8 + 8]) })
        }
        let context = LossContext(temperature: 2)
        let divergence = try PreparedLoss("kd", student: [[4, 5]], teacher: [[4, 5]])
        let plain = divergence([Variable(logits[0])], [logits[1]], context)
        let found = loss(Variable(sides[0]), sides[1], context)
        expectAgreement(found.value.value, plain.value, "okddip")
    }

    @Test func classesMustBeTheSame() throws {
        var loss = try Losses.registry.make("okddip")
        let places = [[6, 5], [6, 4]].map { $0.map { Model.Tap(shape: [$0]) } }
        loss.fit(student: places[0], teachers: [places[1]])
        var builder = ModelBuilder()
        let error = #expect(throws: SettingError.self) {
            try loss.prepare(student: [2, 11], teacher: [2, 10], in: &builder)
        }
        #expect(error?.description.contains("the second tap of each side is its logits") == true)
    }

    /// An eighth of the learner's features, and one at least.
    @Test(arguments: [(64, 8), (4, 1)])
    func queriesAreAnEighthOfTheFeatures(features: Int, size: Int) throws {
        let loss = try loss([features, features], classes: 5)
        let prepared = try PreparedCombination("attention", teachers: 1, by: loss)
        #expect(prepared.parameters.slots.map(\.shape) == [[size, features], [size, features]])
    }
}
