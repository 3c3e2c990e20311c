import Bytes
import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Edge weights that are learned for each sample, with their prior.
@Suite(.timeLimit(.minutes(1))) struct LearnedEdgesTests {
    /// The imitation loss of five logits and a representation of four numbers.
    private func imitation() throws -> any DistillationLoss {
        var loss = try Losses.registry.make("imitation")
        let places = [Model.Tap(shape: [5]), Model.Tap(shape: [4])]
        loss.fit(student: places, teachers: [places])
        return loss
    }

    private func options(
        _ values: [String: String], accuracies: [String] = []
    ) -> Setting {
        let list = Setting(unwritten: .list(accuracies.map { Setting(unwritten: .text($0)) }))
        let all =
            values.map { ($0.key, Setting(unwritten: .text($0.value))) }
            + (accuracies.isEmpty ? [] : [("accuracies", list)])
        return Setting(
            unwritten: .map(
                all.map { Setting.Entry(key: $0.0, position: .unwritten, value: $0.1) }))
    }

    private func edges(
        _ options: Setting, teachers: Int, parameters: [String: SafeTensor] = [:]
    ) throws -> PreparedCombination {
        try PreparedCombination(
            "edges", options: options, teachers: teachers, by: imitation(),
            student: [2, 9], parameters: parameters)
    }

    private static func cases() throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/edges.safetensors"), group: "edges")
    }

    /// Value, weights, and the gradients of the learner and of all that is learned.
    @Test func agreesWithPyTorch() throws {
        for example in try Self.cases() {
            let count = example.option("teachers", 0)
            let accuracies = (example.options["accuracies"] ?? "").split(separator: ",")
            let prepared = try edges(
                options(["size": "3", "alpha": "2"], accuracies: accuracies.map(String.init)),
                teachers: count, parameters: example.group("parameter"))
            let loss = try imitation()
            let tape = Tape()
            let leaves = try (0..<2).map { tape.leaf(try example.tensor("student/\($0)")) }
            let teachers = try (0..<count).map { teacher in
                loss.summary(
                    try (0..<2).map { Variable(try example.tensor("teacher-\(teacher)/\($0)")) }
                ).value
            }
            let pass = prepared.parameters.pass(tape)
            let found = try prepared(loss.summary(leaves), teachers, by: loss, LossContext(), pass)
            tape.backward(from: found.term.value)
            expectAgreement(found.term.value.value, try example.tensor("value"), example.name)
            for place in 0..<2 {
                expectAgreement(
                    leaves[place].gradient, try example.tensor("gradient/\(place)"),
                    "\(example.name), gradient \(place)")
            }
            let shares = try example.tensor("shares").values
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

    /// The better of two teachers on the validation samples has the larger prior from then on.
    @Test func thePriorFollowsTheValidationSamples() throws {
        let prepared = try edges(options(["regularizer": "0"]), teachers: 2)
        let loss = try imitation()
        let sides = [UInt64(1), 2, 3].map { normal([4, 9], $0) }
        func value(_ memory: inout TermMemory) throws -> Float {
            var context = LossContext()
            context.parameters = prepared.parameters.pass()
            return try prepared.combination.combined(
                Variable(sides[0]), Array(sides.dropFirst()).named, by: loss, context,
                memory: &memory
            ).term.value.value.scalar
        }
        var memory = TermMemory()
        let before = try value(&memory)
        let right = Tensor(shape: [2, 2], values: [1, 0, 0, 1])
        let wrong = Tensor(shape: [2, 2], values: [0, 1, 1, 0])
        try prepared.combination.remember(
            ValidationLogits(student: right, teachers: [wrong, right].named, labels: [0, 1]),
            in: &memory)
        let after = try value(&memory)
        let each = try sides.dropFirst().map { teacher in
            let found = try PreparedCombination("pairwise", teachers: 1)(
                Variable(sides[0]), [teacher], by: loss, LossContext())
            return found.term.value.value.scalar
        }
        // The prior moves from ½, ½ to the softmax of 0 and 4.
        let share = Float(1 / (1 + exp(-4.0)))
        let moved = (share - 0.5) * (each[1] - each[0])
        #expect(abs(after - before - moved) < 1e-4 * abs(before))
    }

    @Test func accuraciesAreOnePerTeacher() throws {
        let error = #expect(throws: SettingError.self) {
            try edges(options([:], accuracies: ["0.5", "0.6"]), teachers: 3)
        }
        #expect(error?.description.contains("accuracies has 2 numbers") == true)
        let traits = try Combinations.registry.make(
            "edges", options: options([:], accuracies: ["0.5"])
        ).traits
        #expect(!traits.contains(.needsErrors))
        #expect(try Combinations.registry.make("edges").traits.contains(.needsErrors))
    }
}
