import Bytes
import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import Reporting
import Testing
import Training

/// A training whose numbers are no longer finite ends with 70, whenever that is noticed, and names
/// what is to blame, the last finite sizes, and the remedies in order.
@Suite(.timeLimit(.minutes(2))) struct DivergenceTests {
    private static let features = Taps(from: ["features"], to: ["features"])
    private static let huge = 1e30

    /// Edges that explode, each of another kind, with the term's name.
    static let explosions: [(term: String, group: EdgeGroup)] = [
        ("kd<t", EdgeGroup(from: ["t"], to: "s", EdgeOptions(loss: "kd", weight: huge))),
        (
            "hint<t",
            EdgeGroup(
                from: ["t"], to: "s",
                EdgeOptions(loss: "hint", knowledge: .feature, taps: features, weight: huge))
        ),
        (
            "rkd-distance<t",
            EdgeGroup(
                from: ["t"], to: "s",
                EdgeOptions(
                    loss: "rkd-distance", knowledge: .relation, taps: features, weight: huge))
        ),
        (
            "sp<s",
            EdgeGroup(
                from: ["s"], to: "s",
                EdgeOptions(
                    loss: "sp", knowledge: .relation,
                    taps: Taps(from: ["stage1"], to: ["features"]), weight: huge))
        ),
        (
            "dml<t",
            EdgeGroup(
                from: ["t"], to: "s", EdgeOptions(loss: "dml", weight: huge, gate: .correct))
        ),
        (
            "kd<t",
            EdgeGroup(
                from: ["t"], to: "s",
                EdgeOptions(loss: "kd", combination: "learned", weight: huge))
        ),
    ]

    private func cohort(_ group: EdgeGroup) -> TestCohort {
        TestCohort.plain(
            [
                .init(name: "t", steps: 0, architecture: PlainCNN(depth: 2)),
                .init(name: "s", architecture: PlainCNN(depth: 2)),
            ], [group])
    }

    /// The error by which s ends.
    private func divergence(of cohort: TestCohort) throws -> Divergence {
        let trained = try #require(try cohort.train()["s"])
        let error = try #require(trained.error)
        return try #require(error as? Divergence, "\(error)")
    }

    private func expectAdvice(_ text: String, about term: String) {
        #expect(text.contains("'\(term)'"), "\(text)")
        #expect(text.contains("task "), "\(text)")
        let order = ["weight of the edge of '\(term)'", "ramp", "training.clip", "optimizer.rate"]
        let places = order.compactMap { text.range(of: $0)?.lowerBound }
        #expect(places.count == order.count && places == places.sorted(), "\(text)")
    }

    @Test(arguments: explosions.indices)
    func aTermThatExplodesIsNamedWithItsSizeAndTheRemedies(_ index: Int) throws {
        let (term, group) = Self.explosions[index]
        let found = try divergence(of: cohort(group))
        #expect(found.exitCode == .failure)
        expectAdvice(found.description, about: term)
        #expect(found.description.contains("at weight 1e+30"), "\(found)")
    }

    /// With a limit of the norm, the norm itself overflows first.
    @Test(arguments: explosions.indices)
    func aNormOfTheGradientThatOverflowsIsNamedWithItsTerm(_ index: Int) throws {
        let (term, group) = Self.explosions[index]
        var cohort = cohort(group)
        cohort.clip = 5
        let found = try divergence(of: cohort)
        #expect(found.cause == .gradient && found.step == 0)
        expectAdvice(found.description, about: term)
        #expect(found.description.contains("lower training.clip, now 5"), "\(found)")
    }

    @Test func theTaskLossIsNamedWhereNoTermOutgrewIt() throws {
        var cohort = TestCohort.plain([.init(name: "s")], [])
        cohort.optimizer = SGD(rate: 1e30)
        let trained = train(try cohort.assemblies[0])
        let found = try #require(trained.error as? Divergence)
        #expect(!found.description.contains("edge"), "\(found)")
        #expect(found.description.contains("lower training.optimizer.rate, now 1e+30"), "\(found)")
        #expect(found.description.contains("the last finite sizes are task "), "\(found)")
    }

    /// Its features' squares overflow; its logits do not.
    @Test func teachersWithHugeValuesAreNamed() throws {
        var cohort = cohort(Self.explosions[1].group)
        cohort.groups[0].edge.weight = 1
        cohort.members[0].architecture = MLP(hidden: [5])
        var weights = try cohort.assemblies[0].initialState.parameters
        let first = try #require(weights.slots.first)
        weights[first] = Tensor(
            shape: first.shape, values: weights[first].values.map { $0 * 1e21 })
        cohort.members[0].weights = weights
        let found = try divergence(of: cohort)
        #expect(found.description.contains("whose teachers' values reach"), "\(found)")
    }

    @Test func anObjectiveIsNamedWithWhatItLearned() throws {
        var cohort = cohort(Self.explosions[0].group)
        cohort.groups[0].edge.weight = 1
        var builder = ModelBuilder()
        var objective: any Objective = UncertaintyWeights()
        builder.scoped("objective") { objective.prepare(terms: ["kd<t"], in: &$0) }
        (cohort.objective, cohort.objectiveSlots) = (objective, builder.slots)
        // One step carries s far below 0, where exp(−s) overflows.
        cohort.optimizer = SGD(rate: 1e4)
        let found = try divergence(of: cohort)
        #expect(found.description.contains("take the objective 'sum'"), "\(found)")
        #expect(found.description.contains("objective.uncertainty.task"), "\(found)")
    }

    /// Whatever is noticed first at a step that is to be written down: the code is that of any
    /// other step.
    @Test(arguments: [1, 2, 3])
    func aCheckpointOfNumbersThatAreNotFiniteIsADivergence(every interval: Int) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/diverged-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var cohort = TestCohort.plain([.init(name: "s")], [])
        cohort.optimizer = SGD(rate: 3e38)
        let assembly = try cohort.assemblies[0]
        let store = CheckpointStore(
            RunDirectory(path: folder).learner("s"),
            of: CheckpointOwner(run: "r", learner: "s", configuration: "c", stage: 1), assembly,
            keep: 1)
        let trained = train(
            assembly,
            stepped: { progress in
                if progress.state.step.isMultiple(of: interval) { _ = try store.save(progress) }
            })
        let found = try #require(trained.error as? Divergence, "\(trained.error as Any)")
        #expect(ExitCode(of: found) == .failure)
        #expect(found.description.contains("task "), "\(found)")
    }

    /// An optimiser whose state overflows goes on with finite weights that it no longer moves.
    @Test func anOptimizerThatOverflowedIsNotWrittenDown() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/diverged-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var cohort = TestCohort.plain([.init(name: "s")], [])
        cohort.optimizer = AdamW()
        cohort.taskWeight = 1e30
        let assembly = try cohort.assemblies[0]
        let store = CheckpointStore(
            RunDirectory(path: folder).learner("s"),
            of: CheckpointOwner(run: "r", learner: "s", configuration: "c", stage: 1), assembly,
            keep: 1)
        let trained = train(assembly, stepped: { _ = try store.save($0) })
        let found = try #require(trained.error as? Divergence, "\(trained.error as Any)")
        #expect(found.cause == .state)
        #expect(found.description.contains("the optimiser's state"), "\(found)")
    }

    @Test func aFrozenTeacherWhoseOutputsAreNotFiniteSaysSo() throws {
        var cohort = cohort(Self.explosions[0].group)
        let weights = try cohort.assemblies[0].initialState.parameters
        cohort.members[0].weights = {
            var broken = weights
            broken.update { $0 = Tensor(repeating: 1e30, shape: $0.shape) }
            return broken
        }()
        let error = try #require(try cohort.train()["t"]?.error)
        #expect(ExitCode(of: error) == .failure)
        #expect("\(error)".contains("the frozen model of 't'"), "\(error)")
    }
}
