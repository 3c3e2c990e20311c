import CohortGraph
import Distillation
import Foundation
import NeuralNetwork
import Reporting
import Testing
import Training

/// Teachers that publish what an earlier version of their weights computes: codistillation (Anil et
/// al. 2018), and a learner's own past.
@Suite(.timeLimit(.minutes(2))) struct SnapshotTests {
    private static let steps = 12
    private static let burnIn = 4

    private func edge(_ version: ModelVersion) -> EdgeOptions {
        var edge = EdgeOptions(loss: "ce", combination: "probabilities")
        edge.schedule.burnIn = Self.burnIn
        edge.version = version
        return edge
    }

    private func pair(
        _ version: ModelVersion, architecture: any Architecture = MLP(hidden: [8])
    ) -> TestCohort {
        TestCohort.plain(
            ["a", "b"].map { .init(name: $0, steps: Self.steps, architecture: architecture) },
            [
                EdgeGroup(from: ["b"], to: "a", edge(version)),
                EdgeGroup(from: ["a"], to: "b", edge(version)),
            ])
    }

    /// After the burn-in the term acts at every step, by the weights that the other had before the
    /// last third step.
    @Test func codistillationFollowsTheMethod() throws {
        let cohort = pair(.snapshot(every: 3))
        let trained = try cohort.train()
        var hand = try ByHand(cohort)
        var snapshots = hand.parameters
        for step in 0..<Self.steps {
            if step.isMultiple(of: 3) { snapshots = hand.parameters }
            var stale = hand
            stale.parameters = snapshots
            let targets = ["a": "b", "b": "a"].mapValues {
                stale.logits(of: $0, at: step).softmax()
            }
            let before = hand
            for (name, target) in targets {
                hand.parameters[name] = before.stepped(name, at: step) { own in
                    guard step >= Self.burnIn else { return own.task }
                    let crossEntropy = (target * own.logits.logSoftmax()).sum() * (-1 / 6)
                    return own.task + crossEntropy
                }
            }
        }
        for name in ["a", "b"] {
            let found = try #require(trained[name])
            #expect(found.error == nil)
            #expect(found.state.parameters.isClose(to: try #require(hand.parameters[name])))
            let taught = Array(Self.burnIn..<Self.steps)
            #expect(found.published.filter { $0.round == .before }.map(\.step) == taught)
            let tensors = found.published.filter { $0.round == .before }.flatMap(\.tensors)
            #expect(Set(tensors.map(\.name)) == ["logits~snapshot=3"])
            #expect(found.intervals.first?.terms.isEmpty == true)
        }
        // It is another method than teaching at every third step, and than the current weights.
        let current = try pair(.current).train()
        #expect(current["a"]?.state.digest != trained["a"]?.state.digest)
    }

    /// A snapshot of every step is the weights of the step, dropout included.
    @Test func aSnapshotOfEveryStepIsTheCurrentVersion() throws {
        #expect(ModelVersion(refreshedEvery: 1) == .current)
        let dropping = MLP(hidden: [8], dropout: 0.3)
        let digests = try [ModelVersion.snapshot(every: 1), .current].map { version in
            try pair(version, architecture: dropping).train().mapValues(\.state.digest)
        }
        #expect(digests[0] == digests[1])
    }

    /// Relays add up what the snapshots compute, to the same bits as without.
    @Test func relaysCarrySnapshots() throws {
        let names = ["a", "b", "c"]
        var cohort = TestCohort(
            names.map { .init(name: $0, steps: 8) },
            names.map { name in
                EdgeGroup(from: names.filter { $0 != name }, to: name, edge(.snapshot(every: 3)))
            })
        let direct = try cohort.train()
        cohort.fanOut = 3
        let relayed = try cohort.train()
        for name in names {
            #expect(direct[name]?.error == nil && relayed[name]?.error == nil)
            #expect(direct[name]?.state.digest == relayed[name]?.state.digest)
        }
    }

    /// A learner that learns from its own past: by hand, and to the same bits from a checkpoint at
    /// any step between two snapshots.
    @Test func aLearnersOwnPastTeachesIt() throws {
        var edge = EdgeOptions(loss: "kd", temperature: 2, weight: 0.5)
        edge.version = .snapshot(every: 4)
        var cohort = TestCohort([.init(name: "a", steps: Self.steps)], [])
        cohort.groups = [EdgeGroup(from: ["a"], to: "a", edge)]
        let plain = TestCohort.plain(cohort.members, cohort.groups)
        var hand = try ByHand(plain)
        var snapshot = hand
        for step in 0..<Self.steps {
            if step.isMultiple(of: 4) { snapshot = hand }
            let target = snapshot.logits(of: "a", at: step)
            hand.step("a", at: step) { own in
                own.task + own.divergence(from: target, at: 2) * 0.5
            }
        }
        let found = train(try plain.assemblies[0])
        #expect(found.state.parameters.isClose(to: try #require(hand.parameters["a"])))

        let folder = FileManager.default.temporaryDirectory.path + "/past-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let assembly = try cohort.assemblies[0]
        let store = CheckpointStore(
            RunDirectory(path: folder).learner("a"),
            of: CheckpointOwner(run: "r", learner: "a", configuration: "c", stage: 1), assembly,
            keep: 1)
        let whole = train(assembly)
        for stop in [3, 4, 6] {
            _ = train(assembly, stepped: { if $0.state.step == stop { _ = try store.save($0) } })
            let progress = try #require(try store.newest().progress)
            #expect(progress.state.step == stop)
            let resumed = train(assembly, from: progress)
            #expect(resumed.state.digest == whole.state.digest)
            #expect(
                try resumed.state.memory(of: assembly.layout)
                    == whole.state.memory(of: assembly.layout))
        }
    }
}
