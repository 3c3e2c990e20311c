import Bytes
import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The gate over learners of their own.
@Suite(.timeLimit(.minutes(1))) struct GatedMembersTests {
    /// Both scalars, the gates' means, and the gradients of the scalars' sum in the learner and in
    /// the gate.
    @Test func agreesWithPyTorch() throws {
        let resources = try #require(Bundle.module.resourceURL)
        let cases = try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/gated.safetensors"), group: "gated")
        #expect(cases.count == 5)
        for example in cases {
            let count = example.option("teachers", 0)
            let own = try (0..<2).map { try example.tensor("student/\($0)") }
            let teachers = try (0..<count).map { try example.tensor("teacher-\($0)/0") }
            let loss = try loss(own, teachers.map { [$0] })
            let prepared = try PreparedCombination(
                "gated", teachers: count, by: loss, parameters: example.group("parameter"))
            let tape = Tape()
            let leaves = own.map { tape.leaf($0) }
            let pass = prepared.pass(tape)
            let context = LossContext(
                temperature: example.option("temperature", 1), labels: try example.labels())
            let found = try prepared(loss.summary(leaves), teachers, by: loss, context, pass)
            let steady = try #require(found.steady)
            tape.backward(from: found.term.value + steady)
            expectAgreement(found.term.value.value, try example.tensor("value"), example.name)
            expectAgreement(steady.value, try example.tensor("steady"), example.name)
            let shares = try #require(found.shares).map { Float($0) }
            expectAgreement(
                Tensor(shape: [shares.count], values: shares), try example.tensor("shares"),
                example.name)
            for place in 0..<2 {
                expectAgreement(
                    leaves[place].gradient, try example.tensor("gradient/\(place)"),
                    "\(example.name), gradient \(place)", rounding: 1e-5)
            }
            for (index, slot) in prepared.parameters.slots.enumerated() {
                expectAgreement(
                    pass.parameter(index).gradient, try example.tensor("learned/\(slot.name)"),
                    "\(example.name), \(slot.name)", rounding: 1e-5)
            }
        }
    }

    /// The loss `okddip` of both sides' activations.
    private func loss(
        _ student: [Tensor], _ teachers: [[Tensor]]
    ) throws -> any DistillationLoss {
        var loss = try Losses.registry.make("okddip")
        func places(_ side: [Tensor]) -> [Model.Tap] {
            side.map { Model.Tap(shape: [$0.shape[1]]) }
        }
        loss.fit(student: places(student), teachers: teachers.map(places))
        return loss
    }

    private let own = [normal([4, 6], 1), normal([4, 3], 2)]
    private let others = [normal([4, 3], 3), normal([4, 3], 4)]
    private let context = LossContext(temperature: 3, labels: [0, 1, 2, 2])

    /// A gate of no weights answers 1/members, and the target is that of the logits' mean.
    @Test func aGateWithoutWeightsTakesTheMean() throws {
        let loss = try loss(own, others.map { [$0] })
        let prepared = try PreparedCombination(
            "gated", teachers: 2, by: loss,
            parameters: ["gate.fc.weight": SafeTensor(Tensor(repeating: 0, shape: [3, 6]))])
        let found = try prepared(
            loss.summary(own.map { Variable($0) }), others, by: loss, context)
        #expect(found.shares?.allSatisfy { abs($0 - 1.0 / 3) < 1e-6 } == true)
        let mean = ([own[1]] + others).map { Variable($0) }.reduce(Variable(Tensor(0)), +) / 3
        let divergence = try Losses.registry.make("kd")
        let plain = divergence(Variable(own[1]), mean.value, context).value
        expectAgreement(found.term.value.value, plain.value, "gated", tolerance: 1e-5)
    }

    /// Teachers' activations count for nothing, whether they are sent or not.
    @Test func teachersMaySendLogitsAlone() throws {
        let pairs = others.enumerated().map { [normal([4, 5], 7 + UInt64($0)), $1] }
        let found = try [others.map { [$0] }, pairs].map { teachers in
            let loss = try loss(own, teachers)
            let summaries = teachers.map { loss.summary($0.map { Variable($0) }).value }
            let prepared = try PreparedCombination("gated", teachers: 2, by: loss)
            return try prepared(
                loss.summary(own.map { Variable($0) }), summaries, by: loss, context)
        }
        #expect(found[0].term.value.value.scalar == found[1].term.value.value.scalar)
        #expect(found[0].steady?.value.scalar == found[1].steady?.value.scalar)
        #expect(found[0].shares == found[1].shares)
    }

    @Test(arguments: ["attention", "ensemble"])
    func othersNeedTheActivations(combination: String) throws {
        let loss = try loss(own, others.map { [$0] })
        let error = #expect(throws: SettingError.self) {
            try PreparedCombination(combination, teachers: 2, by: loss)
        }
        #expect(error?.description.contains("send their logits alone") == true)
    }
}
