import CohortGraph
import Datasets
import Distillation
import Foundation
import NeuralNetwork
import Options
import Reporting
import Testing
import Training

/// What combinations and target sources remember is part of every checkpoint: a run that goes on
/// from one in its middle ends with the same bits. A new registry entry is held to this without
/// being named.
@Suite(.timeLimit(.minutes(2))) final class MemoryLawTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/memory-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let steps = 24
    private static let stop = 13
    private static let onTime: [String: LateExchange.Delay] = ["b": { _ in 0 }, "c": { _ in 0 }]
    private static let late: [String: LateExchange.Delay] = [
        "b": { $0 % 3 == 0 ? 2 : 0 }, "c": { $0 % 4 == 1 ? nil : 0 },
    ]

    /// a learns from b and c, whose weights are frozen.
    private func cohort(
        _ combination: String, _ missing: MissingKnowledge = .wait
    ) throws -> TestCohort {
        let traits = try Combinations.registry.make(combination).traits
        guard !traits.contains(.needsPairs) else { return paired(combination, traits) }
        var edge = EdgeOptions(loss: "kd", combination: combination, temperature: 2)
        edge.missing = missing
        edge.combinationTraits = traits
        return TestCohort(
            [.init(name: "a", steps: Self.steps)] + ["b", "c"].map { .init(name: $0, steps: 0) },
            [EdgeGroup(from: ["b", "c"], to: "a", edge)])
    }

    /// a learns from other places of its own model, an activation and what stands for logits.
    private func paired(_ combination: String, _ traits: CombinationTraits) -> TestCohort {
        let edge = EdgeOptions(
            loss: "okddip", knowledge: .feature, combination: combination,
            taps: Taps(from: ["layer3", "features"], to: ["layer1", "features"]), temperature: 2,
            lossTraits: .pairsLogits, combinationTraits: traits)
        return TestCohort(
            [.init(name: "a", steps: Self.steps, architecture: ResNet(depth: 8, width: 4))],
            [EdgeGroup(from: ["a"], to: "a", edge)])
    }

    private struct Pair {
        var whole: Trained
        var resumed: Trained
        var layout: StateLayout
    }

    /// Trains a at one go, and once more from a checkpoint in the middle.
    private func trainTwice(
        _ cohort: TestCohort, _ delays: [String: LateExchange.Delay]
    ) throws -> Pair {
        let hand = try ByHand(cohort)
        let assembly = try cohort.assemblies[0]
        let store = CheckpointStore(
            RunDirectory(path: folder).learner("a"),
            of: CheckpointOwner(run: "r", learner: "a", configuration: "c", stage: 1), assembly,
            keep: 1)
        let whole = train(
            assembly, exchange: LateExchange(hand, delays),
            stepped: { if $0.state.step == Self.stop { _ = try store.save($0) } })
        let resumed = train(
            assembly, exchange: LateExchange(hand, delays, from: Self.stop),
            from: try #require(try store.newest().progress))
        return Pair(whole: whole, resumed: resumed, layout: assembly.layout)
    }

    private func check(_ pair: Pair) throws {
        #expect(pair.whole.error == nil && pair.resumed.error == nil)
        #expect(pair.whole.state.step == Self.steps && pair.resumed.state.step == Self.steps)
        #expect(pair.resumed.state.digest == pair.whole.state.digest)
        #expect(
            try pair.resumed.state.memory(of: pair.layout)
                == pair.whole.state.memory(of: pair.layout))
    }

    @Test(arguments: Combinations.registry.names)
    func aCombinationGoesOnFromACheckpoint(name: String) throws {
        let combination = try Combinations.registry.make(name)
        let isAlone = combination.traits.contains(.needsPairs)
        let pair = try trainTwice(try cohort(name), isAlone ? [:] : Self.onTime)
        try check(pair)
        #expect(pair.whole.state.terms[0].combination.isEmpty == !remembers(combination))
    }

    private func remembers<C: Combination>(_ combination: C) -> Bool {
        C.Memory.self != NoMemory.self
    }

    /// The runs of this test cover every source that remembers something.
    @Test func aTargetSourceGoesOnFromACheckpoint() throws {
        let cases = [
            "BankedTargets": try cohort("pairwise", .bank(age: nil)), "LastSeenTargets": ownPast(),
        ]
        #expect(Set(cases.keys) == TeachingTerm.sourcesWithMemory)
        for cohort in cases.values {
            let pair = try trainTwice(cohort, Self.late)
            try check(pair)
            #expect(!pair.whole.state.terms[0].source.isEmpty)
        }
    }

    /// a learns from what it computed of each sample before.
    private func ownPast() -> TestCohort {
        var edge = EdgeOptions(loss: "kd", temperature: 2)
        edge.version = .lastSeen
        return TestCohort(
            [.init(name: "a", steps: Self.steps)], [EdgeGroup(from: ["a"], to: "a", edge)])
    }

    /// A loss that remembers the samples has the same embeddings of them, and draws the same
    /// others.
    @Test func aLossGoesOnFromACheckpoint() throws {
        let edge = EdgeOptions(
            loss: "crd", knowledge: .relation, taps: Taps(from: ["layer3"], to: ["layer1"]),
            lossTraits: .needsLabels)
        let cohort = TestCohort(
            [.init(name: "a", steps: Self.steps, architecture: ResNet(depth: 8, width: 4))],
            [EdgeGroup(from: ["a"], to: "a", edge)])
        let pair = try trainTwice(cohort, [:])
        try check(pair)
        #expect(!pair.whole.state.terms[0].loss.isEmpty)
    }

    /// Its own learned weights minimise the auxiliary scalar, by a group of their own.
    @Test func aGroupOfItsOwnGoesOnFromACheckpoint() throws {
        let cohort = try cohort("learned")
        #expect(
            try cohort.assemblies[0].groups.map(\.goal) == [
                .objective, .auxiliary(term: "kd<b,c"),
            ])
        let pair = try trainTwice(cohort, Self.onTime)
        try check(pair)
        #expect(pair.whole.state.groups[1].optimizer.step == Self.steps)
        #expect(pair.whole.state.groups[1].parameters.flat.sumOfSquares > 0)
    }

    /// The losses with an optimiser of their own.
    private static let adversaries = Losses.registry.names.filter {
        (try? Losses.registry.make($0))?.ownTraining != nil
    }

    /// A discriminator, its optimiser's moments, what imitates beside it, and whose turn it is.
    @Test(arguments: adversaries)
    func aDiscriminatorGoesOnFromACheckpoint(name: String) throws {
        let loss = try Losses.registry.make(name)
        let isOfLogits = loss.summary == .logits
        var edge = EdgeOptions(
            loss: name, knowledge: loss.summary.kind,
            taps: isOfLogits ? .none : Taps(from: ["layer3"], to: ["layer1"]),
            lossTraits: loss.traits)
        edge.loss.options = Setting(
            unwritten: .map([
                Setting.Entry(
                    key: "turns", position: .unwritten,
                    value: Setting(unwritten: .text("alternate")))
            ]))
        let cohort =
            isOfLogits
            ? TestCohort(
                [.init(name: "a", steps: Self.steps), .init(name: "b", steps: 0)],
                [EdgeGroup(from: ["b"], to: "a", edge)])
            : TestCohort(
                [.init(name: "a", steps: Self.steps, architecture: ResNet(depth: 8, width: 4))],
                [EdgeGroup(from: ["a"], to: "a", edge)])
        let pair = try trainTwice(cohort, isOfLogits ? ["b": { _ in 0 }] : [:])
        try check(pair)
        #expect(pair.whole.state.groups[1].optimizer.step == Self.steps / 2)
        #expect(isOfLogits || !pair.whole.state.groups[0].parameters.slots.isEmpty)
    }
}
