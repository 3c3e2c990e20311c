import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Discriminators beside a student: both sides' scalars and gradients against PyTorch in float64,
/// and whose turn it is.
@Suite(.timeLimit(.minutes(1))) struct AdversarialLossTests {
    private static let names = ["conditional-adversarial", "adversarial-features", "afd"]

    private static func cases(_ name: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/adversaries.safetensors"),
            group: "loss/\(name)")
    }

    /// One term, with the leaves that its gradients reach.
    private struct Played {
        let tape = Tape()
        let loss: PreparedLoss
        let term: LossTerm
        let student: Variable
        let discriminator: ForwardPass
        let imitation: ForwardPass

        init(
            _ name: String, _ example: ReferenceCase, options: [String: String] = [:],
            step: Int = 0
        ) throws {
            let (own, others) = (
                try example.tensor("student/0"), try example.tensor("teacher/0")
            )
            let settings = Dictionary(
                uniqueKeysWithValues: example.options.filter { $0.key.hasPrefix("set.") }
                    .map { (String($0.key.dropFirst(4)), $0.value) }
            ).merging(options) { $1 }
            loss = try PreparedLoss(
                name, options: setting(settings), student: [own.shape], teacher: [others.shape],
                parameters: example.group("parameter"))
            student = tape.leaf(own)
            discriminator = loss.pass(tape)
            imitation = loss.imitation.pass(tape)
            var context = example.context
            context.step = step
            (context.parameters, context.imitation) = (discriminator, imitation)
            let summary = loss.loss.summary
            term = loss.loss(summary([student]), summary([Variable(others)]).value, context)
        }
    }

    @Test(arguments: names)
    func bothSidesAgreeWithPyTorch(_ name: String) throws {
        for example in try Self.cases(name) {
            let played = try Played(name, example)
            let auxiliary = try #require(played.term.auxiliary)
            expectAgreement(played.term.value.value, try example.tensor("value"), example.name)
            expectAgreement(auxiliary.value, try example.tensor("auxiliary"), example.name)

            // The discriminator's scalar reaches its own parameters alone.
            played.tape.backward(from: auxiliary, keepsRecord: true)
            for (place, slot) in played.loss.parameters.slots.enumerated() {
                expectAgreement(
                    played.discriminator.parameter(place).gradient,
                    try example.tensor("apart/\(slot.name)"), "\(example.name), \(slot.name)")
            }
            #expect(played.student.gradient == nil)
            played.discriminator.clearGradients()

            // The student's reaches what it learns, and no discriminator.
            played.tape.backward(from: played.term.value)
            expectAgreement(
                played.student.gradient, try example.tensor("gradient/0"), example.name)
            for (place, slot) in played.loss.imitation.slots.enumerated() {
                expectAgreement(
                    played.imitation.parameter(place).gradient,
                    try example.tensor("imitation/\(slot.name)"), "\(example.name), \(slot.name)")
            }
            for place in played.loss.parameters.slots.indices {
                #expect(played.discriminator.parameter(place).gradient == nil)
            }
        }
    }

    @Test(arguments: names)
    func oneLearnsWhileTheOtherStands(_ name: String) throws {
        let example = try #require(try Self.cases(name).first)
        let together = try Played(name, example)
        let turns = try (0..<4).map {
            try Played(name, example, options: ["turns": "alternate"], step: $0).term
        }
        #expect(turns.map { $0.auxiliary != nil } == [true, false, true, false])
        #expect(turns.map { $0.value.needsGradient } == [false, true, false, true])
        #expect(turns[0].value.value.scalar == 0)
        #expect(turns[0].auxiliary?.value.scalar == together.term.auxiliary?.value.scalar)
        #expect(turns[1].value.value.scalar == together.term.value.value.scalar)
        #expect(
            Set(turns[0].figures.keys) == ["discriminator_accuracy", "discriminator_loss"])
        #expect(Set(turns[1].figures.keys) == ["adversarial_loss"])
    }

    /// Of five samples a side, the share that is told rightly.
    @Test func theAccuracyCountsBothSides() throws {
        for example in try Self.cases("afd") {
            let term = try Played("afd", example).term
            let accuracy = try #require(term.figures["discriminator_accuracy"]).mean
            #expect((0...1).contains(accuracy))
            #expect(abs(accuracy * 10 - (accuracy * 10).rounded()) < 1e-9)
        }
    }

    @Test func figuresOfPartsAreMeansOverAll() throws {
        let sum = ["a": Figure(1, of: 3), "b": Figure(2)] + ["a": Figure(0)]
        #expect(sum["a"]?.mean == 0.75)
        #expect(sum["b"]?.mean == 2)
    }

    /// The rate, its schedule and the optimiser are the loss's own.
    @Test func theOptimizerIsAnOption() throws {
        let optimizer = Setting(
            unwritten: .map([
                entry("kind", .text("sgd")), entry("rate", .text("0.25")),
            ]))
        let schedule = Setting(unwritten: .text("cosine"))
        let loss = try Losses.registry.make(
            "afd",
            options: Setting(
                unwritten: .map([
                    entry("optimizer", optimizer.value), entry("schedule", schedule.value),
                ])))
        let training = try #require(loss.ownTraining)
        #expect(training.rate(at: 0, of: 100) == 0.25)
        #expect(training.rate(at: 50, of: 100) < 0.2)
        #expect(training.optimizer.buffers == SGD(rate: 0.25).buffers)
        #expect(try Losses.registry.make("kd").ownTraining == nil)
    }

    private func entry(_ key: String, _ value: Setting.Value) -> Setting.Entry {
        Setting.Entry(key: key, position: .unwritten, value: Setting(unwritten: value))
    }
}
