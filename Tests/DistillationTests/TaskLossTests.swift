import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The terms by which a learner follows its past self over tasks, against PyTorch in float64.
@Suite(.timeLimit(.minutes(1))) struct TaskLossTests {
    private func cases(_ group: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/lifelong.safetensors"), group: group)
    }

    @Test(arguments: ["lwf", "icarl"])
    func responsesAgree(_ name: String) throws {
        for example in try cases(name) {
            let (student, teacher) = (
                try example.tensor("student"), try example.tensor("teacher")
            )
            let loss = try PreparedLoss(name, student: [student.shape], teacher: [teacher.shape])
            let (value, gradients) = loss.differentiated([student], [teacher], example.taskContext)
            expectAgreement(value, try example.tensor("value"), "\(name)/\(example.name)")
            expectAgreement(
                gradients[0], try example.tensor("gradient"), "\(name)/\(example.name), gradient")
        }
    }

    /// The class activation maps of a linear layer give what Grad-CAM's own definition gives, and
    /// its gradient.
    @Test func attentionIsThatOfGradCAM() throws {
        for example in try cases("lwm") {
            let tape = Tape()
            let (maps, weight) = (
                tape.leaf(try example.tensor("student/maps")),
                tape.leaf(try example.tensor("student/weight"))
            )
            func ofClasses(_ maps: Variable, _ weight: Variable) -> Variable {
                maps.convolution(weight.reshaped(weight.shape + [1, 1]), bias: nil)
            }
            let past = ofClasses(
                Variable(try example.tensor("teacher/maps")),
                Variable(try example.tensor("teacher/weight")))
            let own = ofClasses(maps, weight)
            let loss = try PreparedLoss("lwm", student: [own.shape], teacher: [past.shape])
            let value = loss([own], [past.value], example.taskContext, tape: tape)
            tape.backward(from: value)
            let what = "lwm/\(example.name)"
            expectAgreement(value.value, try example.tensor("value"), what)
            expectAgreement(
                maps.gradient, try example.tensor("gradient/maps"), "\(what), maps",
                rounding: 1e-6)
            expectAgreement(
                weight.gradient, try example.tensor("gradient/weight"), "\(what), weight",
                rounding: 1e-6)
        }
    }

    /// In the first task there is nothing to follow.
    @Test(arguments: ["lwf", "lwm"])
    func nothingIsFollowedInTheFirstTask(_ name: String) throws {
        let shape = name == "lwf" ? [4, 5] : [4, 5, 3, 3]
        let loss = try PreparedLoss(name, student: [shape], teacher: [shape])
        var context = LossContext(temperature: 2)
        context.tasks = TaskContext(earlierHeads: [])
        let value = loss([Variable(normal(shape, 1))], [normal(shape, 2)], context)
        #expect(value.value.scalar == 0)
    }

    /// Outputs that are not of earlier tasks have no part in the term.
    @Test func newOutputsAreLeftAlone() throws {
        let loss = try PreparedLoss("lwf", student: [[4, 5]], teacher: [[4, 5]])
        var context = LossContext(temperature: 2)
        context.tasks = TaskContext(earlierHeads: [[1, 3]])
        let (_, gradients) = loss.differentiated(
            [normal([4, 5], 1)], [normal([4, 5], 2)], context)
        let gradient = try #require(gradients[0]).values
        for (place, slope) in gradient.enumerated() {
            #expect((slope != 0) == [1, 3].contains(place % 5))
        }
    }

    @Test func mapsOfOnePixelAreRefused() {
        let error = #expect(throws: SettingError.self) {
            _ = try PreparedLoss("lwm", student: [[4, 5, 1, 1]], teacher: [[4, 5, 1, 1]])
        }
        #expect(
            error?.description.contains("maps of one pixel are all equal") == true,
            "\(String(describing: error))")
    }
}

extension ReferenceCase {
    /// The heads of earlier tasks, and what else the case sets.
    fileprivate var taskContext: LossContext {
        var context = context
        context.tasks = TaskContext(
            earlierHeads: (options["heads"] ?? "").split(separator: "|").map { head in
                head.split(separator: ",").compactMap { Int($0) }
            })
        return context
    }
}
