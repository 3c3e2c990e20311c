import Bytes
import CohortGraph
import Distillation
import Exchange
import Foundation
import NeuralNetwork
import Reporting
import Testing
import Training

/// Checkpoints on the disk: what comes back, and what is noticed.
@Suite(.timeLimit(.minutes(2)))
final class CheckpointTests {
    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/checkpoints-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private var directory: LearnerDirectory { RunDirectory(path: folder).learner("a") }

    private func store(
        _ assembly: LearnerAssembly, keep: Int = 2, run: String = "r"
    ) -> CheckpointStore {
        let owner = CheckpointOwner(run: run, learner: "a", configuration: "c", stage: 1)
        return CheckpointStore(directory, of: owner, assembly, keep: keep)
    }

    /// One that learns by itself, with everything that a state can hold.
    private func assembly(_ optimizer: any Optimizer = AdamW()) throws -> LearnerAssembly {
        var cohort = TestCohort([.init(name: "a", steps: 30)], [])
        cohort.optimizer = optimizer
        var assembly = try cohort.assemblies[0]
        var builder = ModelBuilder()
        _ = builder.parameter("regressor", [3, 2], .uniform(bound: 1))
        assembly.groups = [ParameterGroup(edges: builder.slots)]
        return assembly
    }

    private func train(
        _ assembly: LearnerAssembly, from progress: LearnerProgress? = nil,
        stepped: @escaping (LearnerProgress) throws -> Void = { _ in }
    ) throws -> Trained {
        let trained = TrainingTests.train(assembly, from: progress, stepped: stepped)
        if let error = trained.error { throw error }
        return trained
    }

    @Test(arguments: [AdamW(), SGD(rate: 0.1, momentum: 0.9)] as [any Optimizer])
    func aRunThatIsResumedEndsWithTheSameBits(optimizer: any Optimizer) throws {
        let assembly = try assembly(optimizer)
        let whole = try train(assembly)
        for stop in [1, 7, 19, 30] {
            let store = store(assembly, keep: 1)
            _ = try train(assembly) { progress in
                if progress.state.step == stop { _ = try store.save(progress) }
            }
            let found = try store.newest()
            let progress = try #require(found.progress)
            #expect(progress.state.step == stop && found.oldest == stop)
            let resumed = try train(assembly, from: progress)
            #expect(resumed.state.digest == whole.state.digest)
            #expect(resumed.evaluation == whole.evaluation)
            #expect(
                try resumed.state.memory(of: assembly.layout)
                    == whole.state.memory(of: assembly.layout))
        }
    }

    /// Scales, ranges and what the optimizer remembers of them.
    @Test(arguments: QuantizationMethods.registry.names)
    func aQuantizedLearnerThatIsResumedEndsWithTheSameBits(method: String) throws {
        var assembly = try assembly(SGD(rate: 0.05, momentum: 0.9, decay: 1e-3))
        let quantization = Quantization(
            weights: 3, activations: 5, method: try QuantizationMethods.registry.make(method))
        assembly.model = try Model(
            MLP(hidden: [8, 8]), input: assembly.model.input, classes: assembly.model.classes,
            quantization: quantization)
        let whole = try train(assembly)
        #expect(
            assembly.model.quantization?.unstartedLayer(
                whole.state.parameters, whole.state.buffers) == nil)
        for stop in [1, 13] {
            let store = store(assembly, keep: 1)
            _ = try train(assembly) { progress in
                if progress.state.step == stop { _ = try store.save(progress) }
            }
            let resumed = try train(assembly, from: try #require(try store.newest().progress))
            #expect(resumed.state.digest == whole.state.digest)
            #expect(
                try resumed.state.memory(of: assembly.layout)
                    == whole.state.memory(of: assembly.layout))
        }
    }

    /// Gradients between two updates, the best weights and the average of all.
    @Test func aLearnerWithHabitsThatIsResumedEndsWithTheSameBits() throws {
        var assembly = try assembly(SGD(rate: 0.1, momentum: 0.9))
        assembly.training.habits.accumulate = 4
        assembly.training.habits.best = .loss
        assembly.training.habits.average = 0.9
        let whole = try train(assembly)
        for stop in [1, 7, 13, 30] {
            let store = store(assembly, keep: 1)
            _ = try train(assembly) { progress in
                if progress.state.step == stop { _ = try store.save(progress) }
            }
            let resumed = try train(assembly, from: try #require(try store.newest().progress))
            #expect(resumed.state.digest == whole.state.digest)
            #expect(resumed.progress?.best == whole.progress?.best)
            #expect(whole.progress?.best != nil)
            #expect(
                try resumed.state.memory(of: assembly.layout)
                    == whole.state.memory(of: assembly.layout))
        }
    }

    @Test func everythingComesBack() throws {
        let assembly = try assembly()
        var progress = LearnerProgress(assembly.initialState)
        progress.state.step = 3
        progress.state.optimizer.step = 3
        progress.exchange = ExchangeState(
            quarantine: Quarantine(Quarantine.Rules(strikes: 7)),
            taken: ["b": StepRound(step: 3, round: .after)])
        progress.ensembleAccuracy = 1.0 / 3
        _ = try store(assembly).save(progress)
        let back = try #require(try store(assembly).newest().progress)
        #expect(
            try back.state.memory(of: assembly.layout) == progress.state.memory(of: assembly.layout)
        )
        #expect(back.state.weights == progress.state.weights)
        #expect(back.exchange == progress.exchange)
        #expect(back.ensembleAccuracy == progress.ensembleAccuracy)
    }

    @Test func onlyTheLastAreKept() throws {
        let assembly = try assembly()
        let store = store(assembly, keep: 3)
        var oldest: [Int] = []
        _ = try train(assembly) { progress in
            if progress.state.step.isMultiple(of: 5) { oldest.append(try store.save(progress)) }
        }
        #expect(directory.committedCheckpoints.map(\.step) == [20, 25, 30])
        #expect(oldest == [5, 5, 5, 10, 15, 20])
    }

    /// Two checkpoints; bits are flipped in the newer one.
    @Test func everyFlippedBitIsNoticed() throws {
        let assembly = try assembly()
        let store = store(assembly)
        _ = try train(assembly) { progress in
            if [10, 20].contains(progress.state.step) { _ = try store.save(progress) }
        }
        let newest = try #require(directory.latestCheckpoint)
        let random = RandomKey(seed: 17)
        var draws = 0
        func draw(below bound: Int) -> Int {
            defer { draws += 1 }
            return random.integer(below: bound, at: draws)
        }
        for file in [newest.model, newest.state, newest.manifest] {
            let url = URL(fileURLWithPath: file)
            let sound = try Data(contentsOf: url)
            for _ in 0..<80 {
                var altered = sound
                altered[draw(below: sound.count)] ^= 1 << UInt8(draw(below: 8))
                try altered.write(to: url)
                let found = try? store.newest()
                // Another owner is a mismatch, which is refused as such.
                guard let found else { continue }
                #expect(found.progress?.state.step == 10)
                #expect(found.damaged.count == 1)
                #expect(found.damaged.first?.contains("step-00000020 is damaged") == true)
            }
            try sound.write(to: url)
        }
        #expect(try store.newest().damaged.isEmpty)
        try Data().write(to: URL(fileURLWithPath: newest.model))
        let said = try #require(try store.newest().damaged.first)
        #expect(said.contains("size of model.safetensors: 0, not"))
    }

    /// A crash may come between any two files; the manifest is the last.
    @Test func whatACrashLeavesDoesNotCount() throws {
        let assembly = try assembly()
        let store = store(assembly)
        var progress = LearnerProgress(assembly.initialState)
        progress.state.step = 1
        _ = try store.save(progress)
        let begun = directory.checkpoint(afterStep: 2)
        try FileManager.default.createDirectory(
            atPath: begun.path, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: URL(fileURLWithPath: begun.model))
        let found = try store.newest()
        #expect(found.progress?.state.step == 1 && found.damaged.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: begun.path), "it is cleared away")
    }

    @Test func whatCannotBeWrittenLeavesTheOldOne() throws {
        let assembly = try assembly()
        let store = store(assembly)
        var progress = LearnerProgress(assembly.initialState)
        progress.state.step = 1
        _ = try store.save(progress)
        // Nothing can be made below a file.
        let away = RunDirectory(path: folder + "/learners/a/log.txt").learner("a")
        try Data().write(to: URL(fileURLWithPath: directory.log))
        let owner = CheckpointOwner(run: "r", learner: "a", configuration: "c", stage: 1)
        let failure = #expect(throws: DiskError.self) {
            try CheckpointStore(away, of: owner, assembly, keep: 1).save(progress)
        }
        #expect(failure?.exitCode == .disk)
        #expect(try store.newest().progress?.state.step == 1)
    }

    @Test func numbersThatAreNotFiniteAreADivergence() throws {
        let assembly = try assembly()
        var progress = LearnerProgress(assembly.initialState)
        progress.state.step = 1
        let store = store(assembly)
        _ = try store.save(progress)
        progress.state.step = 2
        progress.state.optimizer.buffers[0] = Tensor(
            repeating: .nan, shape: progress.state.optimizer.buffers[0].shape)
        let failure = #expect(throws: Divergence.self) { try store.save(progress) }
        #expect(failure?.exitCode == .failure)
        #expect(failure?.description.contains("is not finite") == true)
        #expect(try store.newest().progress?.state.step == 1)
    }

    @Test func anothersIsRefused() throws {
        let assembly = try assembly()
        var progress = LearnerProgress(assembly.initialState)
        progress.state.step = 1
        _ = try store(assembly).save(progress)
        let mismatch = #expect(throws: CheckpointMismatch.self) {
            try store(assembly, run: "other").newest()
        }
        #expect(mismatch?.description.contains("is of run r, not other") == true)
    }

    /// A step whose end fails, such as by a signal while its evaluation waits, was not taken.
    @Test func aStepThatFailsIsNoPartOfTheProgress() throws {
        struct Stop: Error {}
        let assembly = try assembly()
        var checks = 0
        let stopped = TrainingTests.train(
            assembly,
            checkInterruption: {
                checks += 1
                if checks == 24 { throw Stop() }
            })
        #expect(stopped.error is Stop)
        let again = try train(assembly, from: try #require(stopped.progress))
        #expect(again.state.digest == (try train(assembly)).state.digest)
    }
}
