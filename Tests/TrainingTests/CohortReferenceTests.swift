import CohortGraph
import Datasets
import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing
import Training

/// Whole cohorts against what PyTorch trained: `scripts/reference/cohorts.py`.
@Suite(.timeLimit(.minutes(1))) struct CohortReferenceTests {
    private static let names = ["a", "b", "c"]

    private func weights(_ group: String, of example: ReferenceCase) throws -> Parameters {
        let model = try Model(MLP(hidden: [8]), input: [1, 4, 4], classes: Problem.classes)
        return try SafeTensorsFile(tensors: example.group(group)).weights(of: model).parameters
    }

    private func cohort(_ example: ReferenceCase, _ edge: EdgeOptions) throws -> TestCohort {
        let pixels = try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }
        let labels = try example.labels()
        let members = try Self.names.map { name in
            TestCohort.Member(
                name: name, steps: example.option("steps", 0), labelled: 0..<labels.count,
                weights: try weights("begin/\(name)", of: example))
        }
        var cohort = TestCohort.plain(
            members,
            Self.names.map { name in
                EdgeGroup(from: Self.names.filter { $0 != name }, to: name, edge)
            })
        cohort.problem = Problem(
            train: SampleSet(
                shape: [1, 4, 4], pixels: .bytes(pixels), labels: labels,
                classCount: Problem.classes))
        return cohort
    }

    @Test func codistillationLearnsAlike() throws {
        let file = try #require(
            Bundle.module.url(forResource: "Fixtures/cohorts", withExtension: "safetensors"))
        for example in try ReferenceCase.all(at: file, group: "codistill") {
            var edge = EdgeOptions(
                loss: "ce", combination: "probabilities", weight: example.option("weight", 0))
            edge.schedule.burnIn = example.option("burn", 0)
            edge.version = .snapshot(every: example.option("every", 0))
            let trained = try cohort(example, edge).train()
            for name in Self.names {
                let found = try #require(trained[name])
                #expect(found.error == nil)
                expectAgreement(
                    found.state.parameters.flat, try weights("end/\(name)", of: example).flat,
                    "\(example.name): \(name)", tolerance: 1e-5)
            }
        }
    }
}
