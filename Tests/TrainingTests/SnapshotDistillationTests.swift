import Bytes
import CohortGraph
import Datasets
import Distillation
import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing
import Training

/// Snapshot distillation against PyTorch: `scripts/reference/snapshots.py`.
@Suite(.timeLimit(.minutes(1))) struct SnapshotDistillationTests {
    private static let file = Bundle.module.url(
        forResource: "Fixtures/snapshots", withExtension: "safetensors")

    /// The rate begins anew every few steps.
    @Test func ratesBeginAnewAlike() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "rate") {
            let schedule = LearningRate(
                CosineRestarts(
                    every: Moment(example.option("every", 1)),
                    floor: example.option("floor", 0)))
            let total = example.option("steps", 0)
            expectAgreement(
                Tensor(
                    shape: [total],
                    values: (0..<total).map { schedule.factor(at: $0, of: total) }),
                try example.tensor("factors"), example.name, tolerance: 1e-6)
        }
    }

    /// Only the teacher's responses are softened.
    @Test func theLossAgrees() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "asymmetric") {
            let loss = try Losses.registry.make("asymmetric")
            let tape = Tape()
            let student = tape.leaf(try example.tensor("student"))
            let found = loss(
                student, try example.tensor("teacher"),
                LossContext(temperature: example.option("temperature", 1)))
            tape.backward(from: found.value)
            expectAgreement(found.value.value, try example.tensor("value"), example.name)
            expectAgreement(
                try #require(student.gradient), try example.tensor("gradient"), example.name)
        }
    }

    /// The weights that ended a mini-generation teach the next; the first has no teacher.
    @Test func miniGenerationsLearnAlike() throws {
        let net = ResNet(depth: 8, width: 2)
        let model = try Model(net, input: [1, 4, 4], classes: Problem.classes)
        for example in try ReferenceCase.all(at: #require(Self.file), group: "snapshot") {
            func weights(_ group: String) throws -> LoadedWeights {
                try SafeTensorsFile(tensors: example.group(group)).weights(of: model)
            }
            let every: Int = example.option("every", 0)
            var edge = EdgeOptions(
                loss: "asymmetric", temperature: example.option("temperature", 0),
                weight: example.option("weight", 0))
            edge.version = .snapshot(every: every)
            edge.schedule.burnIn = every
            let labels = try example.labels()
            var cohort = TestCohort.plain(
                [
                    .init(
                        name: "a", steps: example.option("steps", 0), architecture: net,
                        labelled: 0..<labels.count, weights: try weights("begin/a").parameters)
                ], [EdgeGroup(from: ["a"], to: "a", edge)])
            cohort.optimizer = SGD(rate: example.option("rate", 0))
            cohort.schedule = CosineRestarts(every: Moment(Double(every)))
            cohort.problem = Problem(
                train: SampleSet(
                    shape: [1, 4, 4],
                    pixels: .bytes(
                        try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }),
                    labels: labels, classCount: Problem.classes))
            let found = train(try cohort.assemblies[0])
            #expect(found.error == nil)
            let expected = try weights("end/a")
            expectAgreement(
                found.state.parameters.flat, expected.parameters.flat, example.name,
                tolerance: 1e-4)
            expectMoments(found.state.buffers, expected.buffers, example.name)
        }
    }
}
