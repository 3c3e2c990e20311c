import CohortGraph
import Distillation
import Exchange
import Foundation
import Kernels
import NeuralNetwork
import Options
import Reporting
import Testing
import Training

/// Edges that compare features, learn something themselves, or look at errors.
@Suite(.timeLimit(.minutes(1))) struct EdgeKindTests {
    private let features = Taps(from: ["features"], to: ["features"])

    /// The rows of a tap's similarities: F·Fᵀ with rows of norm 1.
    private func similarity(_ tap: Variable?) throws -> Variable {
        let rows = try #require(tap).flattened()
        let products = rows.matmul(rows.transposed())
        return products / products.squared().sum(along: [1]).squareRoot()
    }

    /// The deepest stage teaches the first, over no socket.
    @Test func aLearnerTeachesItself() throws {
        let edge = EdgeOptions(
            loss: "sp", knowledge: .relation, taps: Taps(from: ["layer3"], to: ["layer1"]),
            weight: 2)
        let cohort = TestCohort.plain(
            [.init(name: "a", steps: 1, architecture: ResNet(depth: 8, width: 4))],
            [EdgeGroup(from: ["a"], to: "a", edge)])
        let assembly = try cohort.assemblies[0]
        #expect(assembly.plan.deliveries.neighbours(of: "a").students.isEmpty)
        let found = train(assembly)
        let hand = try ByHand(cohort)
        let deep = try similarity(hand.shown(by: "a", at: 0).taps["layer3"])
        let expected = hand.stepped("a", at: 0) { own in
            let shallow = (try? similarity(own.taps["layer1"])) ?? own.task
            return own.task + (shallow - deep).squared().mean() * 2
        }
        #expect(found.error == nil && found.state.parameters.isClose(to: expected))
        #expect(found.intervals.first?.terms["sp<a"].map { $0.value > 0 } == true)
        #expect(!found.state.parameters.isClose(to: hand.stepped("a", at: 0, \.task)))
    }

    /// A learner may be one of several teachers of its own: its part comes from its own forward
    /// pass.
    @Test func aLearnerTeachesItselfBesideAnother() throws {
        let edge = EdgeOptions(
            loss: "sp", knowledge: .relation, taps: Taps(from: ["layer3"], to: ["layer1"]),
            weight: 2)
        let net = ResNet(depth: 8, width: 4)
        let cohort = TestCohort.plain(
            [
                .init(name: "a", steps: 1, architecture: net),
                .init(name: "t", steps: 0, architecture: net),
            ], [EdgeGroup(from: ["a", "t"], to: "a", edge)])
        let found = try #require(try cohort.train()["a"])
        #expect(found.error == nil)
        #expect(found.gathered.first?.knowledge.keys.sorted() == ["t"])
        let trained = try #require(found.intervals.first?.terms["sp<a,t"])
        let alone = TestCohort.plain(
            [.init(name: "a", steps: 1, architecture: net)],
            [EdgeGroup(from: ["a"], to: "a", edge)])
        let other = TestCohort.plain(
            cohort.members, [EdgeGroup(from: ["t"], to: "a", edge)])
        let parts = [
            try #require(train(try alone.assemblies[0]).intervals.first?.terms["sp<a"]?.value),
            try #require(try other.train()["a"]?.intervals.first?.terms["sp<t"]?.value),
        ]
        #expect(abs(trained.value - (parts[0] + parts[1]) / 2) < 1e-6)
    }

    /// ½‖F_t − max(W·F_s + b, 0)‖² a sample; W and b learn beside the model and are no part of it.
    @Test func aHintLearnsItsRegressor() throws {
        let edge = EdgeOptions(loss: "hint", knowledge: .feature, taps: features, weight: 0.5)
        let cohort = TestCohort.plain(
            [
                .init(name: "t", steps: 0, architecture: MLP(hidden: [5])),
                .init(name: "s", steps: 1),
            ], [EdgeGroup(from: ["t"], to: "s", edge)])
        let found = try #require(try cohort.train()["s"]?.state)
        let before = try cohort.assemblies[1].initialState
        #expect(before.edges.slots.map(\.name) == ["0.regressor.weight", "0.regressor.bias"])
        #expect(before.edges.slots.map(\.shape) == [[5, 8, 1, 1], [5]])
        #expect(found.parameters.slots == before.parameters.slots)

        let hand = try ByHand(cohort)
        let target = try #require(hand.shown(by: "t", at: 0).taps["features"])
        func loss(_ own: Variable, _ weight: Variable, _ bias: Variable) -> Variable {
            (own.linear(weight, bias: bias).relu() - target).squared().sum() * (0.5 / 12)
        }
        let (slots, edges) = (before.edges.slots, before.edges)
        let (weight, bias) = (edges[slots[0]].reshaped([5, 8]), edges[slots[1]])
        let expected = hand.stepped("s", at: 0) { own in
            guard let features = own.taps["features"] else { return own.task }
            return own.task + loss(features, Variable(weight), Variable(bias))
        }
        #expect(found.parameters.isClose(to: expected))

        let tape = Tape()
        let leaves = (tape.leaf(weight), tape.leaf(bias))
        let own = try #require(hand.shown(by: "s", at: 0).taps["features"])
        tape.backward(from: loss(own, leaves.0, leaves.1))
        var gradient = Parameters(zerosFor: slots)
        gradient[slots[0]] = try #require(leaves.0.gradient).reshaped([5, 8, 1, 1])
        gradient[slots[1]] = try #require(leaves.1.gradient)
        #expect(found.edges.isClose(to: edges.descended(by: gradient.flat)))
        #expect(!found.edges.isClose(to: edges, tolerance: 1e-4))
    }

    /// Equal weights at first, by which the student learns; then more for whoever fits the labels.
    @Test func aLearnedAverageComesToTrustTheBetterTeacher() throws {
        let good = train(try TestCohort([.init(name: "t", steps: 60)], []).assemblies[0])
        func cohort(_ steps: Int) -> TestCohort {
            TestCohort.plain(
                [
                    .init(name: "t", steps: 0, weights: good.state.parameters),
                    .init(name: "u", steps: 0), .init(name: "s", steps: steps),
                ],
                [
                    EdgeGroup(
                        from: ["t", "u"], to: "s",
                        EdgeOptions(loss: "kd", combination: "learned", temperature: 2))
                ])
        }
        let first = try #require(try cohort(1).train()["s"])
        let hand = try ByHand(cohort(1))
        let (t, u) = (hand.logits(of: "t", at: 0), hand.logits(of: "u", at: 0))
        let mean = ((t / 2).softmax() + (u / 2).softmax()) / 2
        let expected = hand.stepped("s", at: 0) {
            $0.task + $0.divergence(from: mean.log() * 2, at: 2)
        }
        #expect(first.state.parameters.isClose(to: expected))
        #expect(first.intervals.first?.terms.values.first?.shares == [0.5, 0.5])

        let last = try #require(try cohort(40).train()["s"])
        let shares = last.intervals.compactMap { $0.terms["kd<t,u"]?.shares }
        #expect(shares.count == 10 && shares.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 })
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0[0] < $1[0] })
        #expect(last.state.edges.slots.isEmpty)
        #expect(last.state.groups[1].parameters.slots.map(\.name) == ["0.weights"])
    }

    /// At first the task and the term count as the configuration says; then the learned weights
    /// move down the gradient ½ − L, and no weight of the model has a part in them.
    @Test func uncertaintyWeightsLearnBesideTheModel() throws {
        var cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "s", steps: 1)],
            [EdgeGroup(from: ["t"], to: "s", EdgeOptions(loss: "kd"))])
        let plain = try #require(try cohort.train()["s"])
        var builder = ModelBuilder()
        var objective = UncertaintyWeights()
        objective.prepare(terms: ["kd<t"], in: &builder)
        cohort.objective = objective
        cohort.objectiveSlots = builder.slots
        let weighted = try #require(try cohort.train()["s"])
        #expect(weighted.error == nil)
        #expect(weighted.state.digest == plain.state.digest)
        let report = try #require(weighted.intervals.first)
        let losses = [try #require(report.taskLoss), try #require(report.terms["kd<t"]?.value)]
        let learned = weighted.state.edges.slots.map { Double(weighted.state.edges[$0].scalar) }
        for (found, loss) in zip(learned, losses) {
            #expect(abs(found - 0.1 * (loss - 0.5)) < 1e-6)
        }
        #expect(learned.count == 2)
    }

    /// Equal weights until the first epoch ends, then those of the validation errors.
    @Test func collaborativeLearningWeighsByValidationErrors() throws {
        var edge = EdgeOptions(loss: "kd", combination: "kdcl-general")
        edge.combinationTraits.insert(.needsErrors)
        var cohort = TestCohort(
            ["a", "b"].map { .init(name: $0, steps: 20, labelled: 0..<30) },
            [EdgeGroup(from: ["b"], to: "a", edge), EdgeGroup(from: ["a"], to: "b", edge)])
        cohort.members[1].architecture = MLP(hidden: [3])
        let trained = try cohort.train()
        let a = try #require(trained["a"])
        #expect(a.error == nil)
        // Five steps make an epoch.
        let shared = a.gathered.filter { $0.round == .validation }
        #expect(shared.map(\.step) == [4, 9, 14, 19])
        func logits(_ knowledge: Knowledge?) throws -> Tensor {
            let tensor = try #require(knowledge?.tensors.first)
            return Tensor(shape: tensor.shape, values: try tensor.values())
        }
        let own = try logits(a.published.last { $0.round == .validation })
        let other = try logits(shared.last?.knowledge["b"])
        let expected = ErrorCovariance(of: [own, other], labels: cohort.problem.test.labels)
        #expect(a.state.terms[0].combination == TermMemory(expected))
        let shares = a.intervals.compactMap { $0.terms["kd<b"]?.shares }
        #expect(shares.first == [0.5, 0.5])
        #expect(shares.last.map { abs($0[0] - 0.5) > 1e-3 } == true)
    }

    /// A hint whose regressor normalizes: its running moments are part of the state, and a run that
    /// goes on from a checkpoint ends with the same bits.
    @Test func aBenchmarkHintKeepsItsRunningMoments() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/hint-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var edge = EdgeOptions(loss: "hint", knowledge: .feature, taps: features)
        let form = Setting.Entry(
            key: "form", position: .unwritten, value: Setting(unwritten: .text("benchmark")))
        edge.loss = NamedOptions(name: "hint", options: Setting(unwritten: .map([form])))
        let cohort = TestCohort(
            [.init(name: "s", steps: 12)], [EdgeGroup(from: ["s"], to: "s", edge)])
        let assembly = try cohort.assemblies[0]
        let store = CheckpointStore(
            RunDirectory(path: folder).learner("s"),
            of: CheckpointOwner(run: "r", learner: "s", configuration: "c", stage: 1), assembly,
            keep: 1)
        let whole = train(
            assembly, stepped: { if $0.state.step == 5 { _ = try store.save($0) } })
        #expect(whole.error == nil)
        let moments = try #require(whole.state.groups[0].buffers.layers.first)
        #expect(moments.name == "0.regressor.bn" && moments.batches == 12)
        #expect(moments.mean.contains { $0 != 0 })
        let progress = try #require(try store.newest().progress)
        #expect(progress.state.groups[0].buffers.layers[0].batches == 5)
        let resumed = train(assembly, from: progress)
        #expect(resumed.state.digest == whole.state.digest)
        #expect(
            try resumed.state.memory(of: assembly.layout)
                == whole.state.memory(of: assembly.layout))
    }

    /// Responses, features, relations, a frozen teacher, a lossy codec and a draw, all at once.
    private var mixture: TestCohort {
        let relation = EdgeOptions(loss: "rkd-distance", knowledge: .relation, taps: features)
        let hint = EdgeOptions(loss: "hint", knowledge: .feature, taps: features, codec: "int8")
        return TestCohort(
            [
                .init(name: "t", steps: 0), .init(name: "u", steps: 0),
                .init(name: "a", architecture: PlainCNN(depth: 2)), .init(name: "b", steps: 7),
            ],
            LearnerProgramTests.both + [
                EdgeGroup(from: ["t", "u"], to: "a", EdgeOptions(loss: "kd"), draw: .one),
                EdgeGroup(from: ["t"], to: "b", hint),
                EdgeGroup(from: ["u", "a"], to: "b", relation),
            ])
    }

    @Test func anyMixtureEndsInTheSameBits() throws {
        let first = try mixture.train()
        let second = try Parallel.withThreads(3) { try mixture.train() }
        for name in ["t", "u", "a", "b"] {
            #expect(first[name]?.error == nil && second[name]?.error == nil)
            #expect(first[name]?.state.digest == second[name]?.state.digest)
            let edges = [first, second].map { $0[name]?.state.edges.flat.values }
            #expect(edges[0] == edges[1])
        }
        #expect(first["b"]?.intervals.first?.terms.count == 3)
    }
}
