import Bytes
import CohortGraph
import Datasets
import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing
import Training

/// Models that are made of two against what PyTorch trained: `scripts/reference/pairs.py`.
@Suite(.timeLimit(.minutes(1))) struct PairReferenceTests {
    private static let file = Bundle.module.url(
        forResource: "Fixtures/pairs", withExtension: "safetensors")

    private func weights(
        _ group: String, of architecture: any Architecture, in example: ReferenceCase
    ) throws -> LoadedWeights {
        let model = try Model(architecture, input: [1, 4, 4], classes: Problem.classes)
        return try SafeTensorsFile(tensors: example.group(group)).weights(of: model)
    }

    /// Trains a learner below a frozen teacher by their last maps, and compares its weights.
    private func check(
        _ architecture: any Architecture, below teacher: any Architecture,
        _ example: ReferenceCase
    ) throws {
        let pixels = try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }
        let labels = try example.labels()
        let begin = try weights("begin/s", of: architecture, in: example)
        let places = Taps(from: ["map"], to: ["map"])
        var cohort = TestCohort.plain(
            [
                .init(
                    name: "t", steps: 0, architecture: teacher, labelled: 0..<labels.count,
                    weights: try weights("begin/t", of: teacher, in: example).parameters),
                .init(
                    name: "s", steps: example.option("steps", 0), architecture: architecture,
                    labelled: 0..<labels.count, weights: begin.parameters),
            ],
            [
                EdgeGroup(
                    from: ["t"], to: "s",
                    EdgeOptions(
                        loss: "map-mse", knowledge: .feature, taps: places,
                        weight: example.option("weight", 0)))
            ])
        cohort.optimizer = SGD(rate: 0.05, momentum: 0.9, decay: 0.01)
        cohort.taskWeight = example.option("task", 0)
        cohort.problem = Problem(
            train: SampleSet(
                shape: [1, 4, 4], pixels: .bytes(pixels), labels: labels,
                classCount: Problem.classes))
        let found = try #require(try cohort.train()["s"])
        #expect(found.error == nil)
        let expected = try weights("end/s", of: architecture, in: example)
        expectAgreement(
            found.state.parameters.flat, expected.parameters.flat, example.name, tolerance: 1e-4)
        expectMoments(found.state.buffers, expected.buffers, example.name)
        let model = try Model(architecture, input: [1, 4, 4], classes: Problem.classes)
        #expect(!model.frozen.isEmpty)
        for slot in model.frozen {
            #expect(
                found.state.parameters[slot].values == begin.parameters[slot].values,
                "\(slot.name) stays as it is")
        }
    }

    /// SimKD, without labels and with them.
    @Test func aStudentBehindItsTeachersClassifierLearnsAlike() throws {
        let teacher = ResNet(depth: 8, width: 4)
        for example in try ReferenceCase.all(at: #require(Self.file), group: "reused") {
            let student = ReusedClassifier(
                student: ResNet(depth: 8, width: 2), teacher: teacher,
                factor: example.option("factor", 0))
            try check(student, below: teacher, example)
        }
    }

    /// Residual distillation's second stage, with labels and by the maps alone.
    @Test func anAssistantLearnsAlike() throws {
        let net = ResNet(depth: 8, width: 2)
        for example in try ReferenceCase.all(at: #require(Self.file), group: "pair") {
            try check(ResidualPair(student: net, assistant: net), below: net, example)
        }
    }
}
