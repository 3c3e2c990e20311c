import Bytes
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
    private static let file = Bundle.module.url(
        forResource: "Fixtures/cohorts", withExtension: "safetensors")

    private func weights(_ group: String, of example: ReferenceCase) throws -> Parameters {
        let model = try Model(MLP(hidden: [8]), input: [1, 4, 4], classes: Problem.classes)
        return try SafeTensorsFile(tensors: example.group(group)).weights(of: model).parameters
    }

    /// Those of some names learn from one another; one alone from itself.
    private func cohort(
        of names: [String], _ example: ReferenceCase, _ edge: EdgeOptions
    ) throws -> TestCohort {
        let pixels = try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }
        let labels = try example.labels()
        let members = try names.map { name in
            TestCohort.Member(
                name: name, steps: example.option("steps", 0), labelled: 0..<labels.count,
                weights: try weights("begin/\(name)", of: example))
        }
        var cohort = TestCohort.plain(
            members,
            names.map { name in
                let others = names.filter { $0 != name }
                return EdgeGroup(from: others.isEmpty ? names : others, to: name, edge)
            })
        cohort.problem = Problem(
            train: SampleSet(
                shape: [1, 4, 4], pixels: .bytes(pixels), labels: labels,
                classCount: Problem.classes))
        return cohort
    }

    @Test func codistillationLearnsAlike() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "codistill") {
            var edge = EdgeOptions(
                loss: "ce", combination: "probabilities", weight: example.option("weight", 0))
            edge.schedule.burnIn = example.option("burn", 0)
            edge.version = .snapshot(every: example.option("every", 0))
            let trained = try cohort(of: Self.names, example, edge).train()
            for name in Self.names {
                let found = try #require(trained[name])
                #expect(found.error == nil)
                expectAgreement(
                    found.state.parameters.flat, try weights("end/\(name)", of: example).flat,
                    "\(example.name): \(name)", tolerance: 1e-5)
            }
        }
    }

    /// PS-KD: a growing part of each label becomes the learner's own row of the epoch before.
    @Test func labelsAreRefinedAlike() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "refined") {
            var edge = EdgeOptions(
                loss: "ps-kd", weight: example.option("weight", 0), lossTraits: .needsLabels)
            (edge.schedule.ramp, edge.schedule.shape) = (.whole, .stairs)
            edge.version = .lastSeen
            let found = train(try cohort(of: ["a"], example, edge).assemblies[0])
            #expect(found.error == nil)
            expectAgreement(
                found.state.parameters.flat, try weights("end/a", of: example).flat,
                example.name, tolerance: 1e-5)
        }
    }

    /// Decoders of two depths, of whole sequences and of such that end in padding, in which nothing
    /// is learned; each sends to each, or through a relay.
    @Test(arguments: [nil, 2])
    func languageModelsTeachOneAnotherAlike(fanOut: Int?) throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "language") {
            let tokens = try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }
            let labels = try #require(example.tensors["labels"]?.int64s).map { Int($0) }
            let edge = EdgeOptions(
                loss: "dml", temperature: example.option("temperature", 0),
                weight: example.option("weight", 0))
            func decoder(_ name: String) -> GPT {
                GPT(
                    dimension: 8, layers: name == "a" ? 1 : 2, heads: 2, hidden: 12,
                    tokens: Problem.classes)
            }
            func weights(_ group: String, _ name: String) throws -> Parameters {
                let model = try Model(
                    decoder(name), input: [1, 1, 5], classes: Problem.classes)
                return try SafeTensorsFile(tensors: example.group("\(group)/\(name)"))
                    .weights(of: model).parameters
            }
            var cohort = TestCohort.plain(
                try ["a", "b"].map { name in
                    TestCohort.Member(
                        name: name, steps: example.option("steps", 0),
                        architecture: decoder(name), labelled: 0..<6,
                        weights: try weights("begin", name))
                },
                [
                    EdgeGroup(from: ["b"], to: "a", edge), EdgeGroup(from: ["a"], to: "b", edge),
                ])
            cohort.fanOut = fanOut
            cohort.problem = Problem(
                sequences: SampleSet(
                    shape: [1, 1, 5], pixels: .bytes(tokens), labels: labels,
                    classCount: Problem.classes, labelsPerSample: 5, bytesPerLabel: 1))
            let trained = try cohort.train()
            for name in ["a", "b"] {
                let found = try #require(trained[name])
                #expect(found.error == nil)
                expectAgreement(
                    found.state.parameters.flat, try weights("end", name).flat,
                    "\(example.name): \(name)", tolerance: 1e-5)
                #expect(found.evaluation?.text != nil)
                #expect(found.answers.isEmpty && found.epochs.allSatisfy { $0.scores == nil })
            }
        }
    }

    private func net(_ group: String, of example: ReferenceCase) throws -> LoadedWeights {
        let model = try Model(
            ResNet(depth: 8, width: 2), input: [1, 4, 4], classes: Problem.classes)
        return try SafeTensorsFile(tensors: example.group(group)).weights(of: model)
    }

    /// A learner that an edge from itself teaches, from the weights that the case begins with.
    private func trained(_ example: ReferenceCase, _ edge: EdgeOptions) throws -> Trained {
        var cohort = try self.cohort(of: [], example, edge)
        cohort.members = [
            .init(
                name: "a", steps: example.option("steps", 0),
                architecture: ResNet(depth: 8, width: 2),
                labelled: 0..<(try example.labels().count),
                weights: try net("begin/a", of: example).parameters)
        ]
        cohort.groups = [EdgeGroup(from: ["a"], to: "a", edge)]
        let found = train(try cohort.assemblies[0])
        #expect(found.error == nil)
        return found
    }

    /// The average, with running moments of its own or averaged ones, and the learner beside it.
    @Test func aMeanTeacherLearnsAlike() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "mean-teacher") {
            let moments = try #require(
                MovingAverage.Moments(rawValue: example.option("moments", "")))
            let version = ModelVersion.average(
                MovingAverage(decay: example.option("decay", 0), moments: moments))
            var edge = EdgeOptions(loss: "consistency", weight: example.option("weight", 0))
            edge.version = version
            let found = try trained(example, edge)
            expectAgreement(
                found.state.parameters.flat, try net("end/a", of: example).parameters.flat,
                example.name, tolerance: 1e-4)
            let average = try #require(found.state.versions[version])
            let expected = try net("average/a", of: example)
            expectAgreement(
                average.parameters.flat, expected.parameters.flat, "\(example.name), average",
                tolerance: 1e-4)
            expectMoments(average.buffers, expected.buffers, "\(example.name), average")
        }
    }

    /// CS-KD: by the same partners, whose pass moves no running moments.
    @Test func aClassLearnsAlike() throws {
        for example in try ReferenceCase.all(at: #require(Self.file), group: "class-wise") {
            var edge = EdgeOptions(
                loss: "kd", temperature: example.option("temperature", 0),
                weight: example.option("weight", 0))
            edge.version = .partner
            let found = try trained(example, edge)
            let expected = try net("end/a", of: example)
            expectAgreement(
                found.state.parameters.flat, expected.parameters.flat, example.name,
                tolerance: 1e-4)
            expectMoments(found.state.buffers, expected.buffers, example.name)
        }
    }
}
