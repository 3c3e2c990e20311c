import Bytes
import CohortGraph
import Datasets
import Foundation
import NeuralNetwork
import ReferenceNumbers
import Testing
import Training

/// Two views of the same samples in a step: `scripts/reference/views.py`, and laws.
@Suite(.timeLimit(.minutes(1))) struct StrongViewTests {
    private static let file = Bundle.module.url(
        forResource: "Fixtures/views", withExtension: "safetensors")
    private static let net = ResNet(depth: 8, width: 2)
    private static let strong = EdgeAugmentation(from: .strong, to: .strong)

    private func cases() throws -> [ReferenceCase] {
        try ReferenceCase.all(at: #require(Self.file), group: "views")
    }

    private func net(_ group: String, of example: ReferenceCase) throws -> LoadedWeights {
        let model = try Model(Self.net, input: [1, 4, 4], classes: Problem.classes)
        return try SafeTensorsFile(tensors: example.group(group)).weights(of: model)
    }

    private func cohort(
        of example: ReferenceCase, _ members: [TestCohort.Member], _ groups: [EdgeGroup]
    ) throws -> TestCohort {
        let labels = try example.labels()
        var cohort = TestCohort.plain(members, groups)
        cohort.problem = Problem(
            train: SampleSet(
                shape: [1, 4, 4],
                pixels: .bytes(try #require(example.tensors["pixels"]?.int64s).map { UInt8($0) }),
                labels: labels, classCount: Problem.classes))
        cohort.problem.augmentation = Augmentation(strong: StrongAugmentation(operations: 0))
        cohort.taskWeight = Float(example.option("task", 0.0))
        cohort.strongTaskWeight = Float(example.option("strong_task", 0.0))
        return cohort
    }

    private func member(
        _ name: String, of example: ReferenceCase, steps: Int
    ) throws -> TestCohort.Member {
        .init(
            name: name, steps: steps, architecture: Self.net,
            labelled: 0..<(try example.labels().count),
            weights: try net("begin/\(name)", of: example).parameters)
    }

    private func expectEnd(_ found: Trained, of example: ReferenceCase) throws {
        #expect(found.error == nil)
        let expected = try net("end/a", of: example)
        expectAgreement(
            found.state.parameters.flat, expected.parameters.flat, example.name, tolerance: 1e-4)
        for (own, other) in zip(found.state.buffers.layers, expected.buffers.layers) {
            #expect(own.batches == other.batches)
            for (one, two) in [(own.mean, other.mean), (own.variance, other.variance)] {
                expectAgreement(
                    Tensor(shape: [one.count], values: one),
                    Tensor(shape: [two.count], values: two), "\(example.name), \(own.name)",
                    tolerance: 1e-4)
            }
        }
    }

    /// MLKD: weak with weak, strong with strong, both views' labels; the running moments follow
    /// both.
    @Test func bothViewsTeachAlike() throws {
        let example = try #require(
            try cases().first {
                $0.name.hasSuffix("mlkd")
            })
        var edge = EdgeOptions(
            loss: "mlkd", temperature: example.option("temperature", 0),
            weight: example.option("weight", 0))
        let weak = EdgeGroup(from: ["t"], to: "a", edge)
        edge.augmentation = Self.strong
        let strong = EdgeGroup(from: ["t"], to: "a", edge)
        let cohort = try cohort(
            of: example,
            [
                member("t", of: example, steps: 0),
                member("a", of: example, steps: example.option("steps", 0)),
            ], [weak, strong])
        #expect(try cohort.offers.map(\.name) == ["logits", "logits~strong"])
        let found = try cohort.train()["a"]
        try expectEnd(#require(found), of: example)
    }

    /// A learner whose strong view follows its weak one; its running moments follow the weak one.
    @Test func aStrongViewFollowsTheWeakOneAlike() throws {
        let example = try #require(
            try cases().first {
                $0.name.hasSuffix("own")
            })
        var edge = EdgeOptions(
            loss: "kd", temperature: example.option("temperature", 0),
            weight: example.option("weight", 0))
        edge.augmentation = EdgeAugmentation(from: .weak, to: .strong)
        let cohort = try cohort(
            of: example, [member("a", of: example, steps: example.option("steps", 0))],
            [EdgeGroup(from: ["a"], to: "a", edge)])
        try expectEnd(train(try cohort.assemblies[0]), of: example)
    }

    private func trained(
        _ augmentation: EdgeAugmentation?, weight: Double = 1, strongTask: Float = 0,
        version: ModelVersion = .current, teacher steps: Int = 0, stale: Int = 0,
        pool: Range<Int>? = nil
    ) throws -> [Float] {
        var edge = EdgeOptions(loss: "kd", temperature: 2, weight: weight)
        edge.augmentation = augmentation ?? .weak
        edge.version = version
        if stale > 0 { edge.missing = .stale(steps: stale) }
        let groups = augmentation == nil ? [] : [EdgeGroup(from: ["t"], to: "s", edge)]
        var cohort = TestCohort(
            [
                .init(name: "t", steps: steps, architecture: Self.net),
                .init(name: "s", steps: 4, architecture: Self.net),
            ], groups)
        cohort.pool = pool
        if pool != nil {
            for place in cohort.members.indices { cohort.members[place].labelled = 0..<30 }
        }
        cohort.problem.augmentation = Augmentation(
            cropPadding: 1, flip: true, strong: StrongAugmentation())
        cohort.strongTaskWeight = strongTask
        let result = try #require(try cohort.train()["s"])
        #expect(result.error == nil && result.state.step == 4)
        return result.state.parameters.flat.values
            + result.state.buffers.layers.flatMap { $0.mean + $0.variance }
    }

    /// Also the running moments stay as they were.
    @Test(arguments: [
        EdgeAugmentation(from: .strong, to: .strong), EdgeAugmentation(from: .weak, to: .strong),
        EdgeAugmentation(from: .strong, to: .weak),
    ])
    func aStrongViewOfNoWeightChangesNoBit(augmentation: EdgeAugmentation) throws {
        let without = try trained(nil)
        #expect(try trained(augmentation, weight: 0) == without)
        #expect(try trained(augmentation) != without)
    }

    /// Each pair of views, a learner as teacher, its past, and a pool beside the labelled samples.
    @Test func everySideTakesItsOwnView() throws {
        let views = [
            EdgeAugmentation.weak, Self.strong, EdgeAugmentation(from: .weak, to: .strong),
            EdgeAugmentation(from: .strong, to: .weak),
        ]
        let average = ModelVersion.average(MovingAverage(decay: 0.9))
        let found =
            try views.map { try trained($0) }
            + views.map { try trained($0, teacher: 4) }
            + views.map { try trained($0, version: average, teacher: 4) }
            + views.map { try trained($0, version: .snapshot(every: 3), teacher: 4) }
            + views.map { try trained($0, strongTask: 0.5, pool: 30..<60) }
            + [try trained(Self.strong, teacher: 4, stale: 1), try trained(nil, strongTask: 0.5)]
        #expect(Set(found).count == found.count)
        #expect(try trained(Self.strong, strongTask: 0.5, pool: 30..<60) == found[17])
    }
}
