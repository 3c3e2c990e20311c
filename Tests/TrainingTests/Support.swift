import CohortGraph
import Datasets
import Distillation
import Exchange
import Foundation
import NeuralNetwork
import Reporting
import Synchronization
import Training

/// A small problem: 1×4×4 images whose class shows in two of their pixels.
struct Problem {
    static let classes = 3
    let train: SampleSet
    let test: SampleSet
    private let normalization = Normalization(divisor: 255, mean: [0.5], deviation: [0.3])

    init(samples: Int = 60, relabelled: Range<Int> = 0..<0) {
        train = Self.set(samples, key: RandomKey(seed: 1), relabelled: relabelled)
        test = Self.set(30, key: RandomKey(seed: 2), relabelled: 0..<0)
    }

    private static func set(_ count: Int, key: RandomKey, relabelled: Range<Int>) -> SampleSet {
        var pixels: [UInt8] = []
        var labels: [Int] = []
        for sample in 0..<count {
            let label = sample % classes
            pixels += (0..<16).map { pixel in
                let noise = UInt8(key.integer(below: 100, at: sample * 16 + pixel))
                return pixel / 2 == label ? noise + 150 : noise
            }
            labels.append(relabelled.contains(sample) ? (label + 1) % classes : label)
        }
        return SampleSet(
            shape: [1, 4, 4], pixels: .bytes(pixels), labels: labels, classCount: classes)
    }

    /// Samples as a stream of batches.
    func stream(_ samples: [Int], batch: Int, named name: String) throws -> BatchStream {
        BatchStream(
            Sampler(samples: samples, batchSize: batch, seed: 5, stream: name),
            try BatchGatherer(train, normalization: normalization))
    }

    /// The images of some samples.
    func images(_ samples: [Int]) throws -> Tensor {
        let batch = SampleBatch(step: 0, samples: samples, epochs: samples.map { _ in 0 })
        return try BatchGatherer(train, normalization: normalization).gather(batch).images
    }

    /// A learner with labelled samples and, where one is given, a pool.
    func assembly(
        of name: String, labelled: Range<Int>, pool: Range<Int>? = nil, taughtBy peers: [String],
        steps: Int = 12, architecture: any Architecture = MLP(hidden: [8]), loss: String = "dml"
    ) throws -> LearnerAssembly {
        let common = try pool.map { try stream(Array($0), batch: 8, named: Sampler.common) }
        let own = try stream(
            Array(labelled), batch: 6, named: pool == nil ? Sampler.common : name)
        let group = EdgeGroup(from: peers, to: name, loss: loss)
        return LearnerAssembly(
            name: name,
            model: try Model(architecture, input: [1, 4, 4], classes: Self.classes),
            recipe: TrainingRecipe(
                steps: steps, optimizer: SGD(rate: 0.1, momentum: 0.9),
                schedule: LearningRate(CosineRate()), interval: 4, evaluationEpochs: 1),
            terms: peers.isEmpty
                ? [] : [TeachingTerm(group, loss: try Losses.registry.make(loss))],
            data: LearnerData(
                own: own, common: common, clock: (common ?? own).clock,
                test: try HeldOutData(test, normalization: normalization)),
            key: RandomKey(seed: 9).child(name))
    }
}

/// What became of one learner of a test's cohort.
struct Trained: Sendable {
    var state: LearnerState
    var records: [Record.Body]
    var error: (any Error)?
}

/// Trains learners together in one process, each on a thread of its own.
func trainTogether(_ assemblies: [LearnerAssembly]) -> [String: Trained] {
    let hub = InMemoryHub()
    let results = Mutex<[String: Trained]>([:])
    let names = assemblies.map(\.name)
    let group = DispatchGroup()
    for assembly in assemblies {
        let peers = names.filter { $0 != assembly.name }
        let exchange = hub.exchange(
            identity: ExchangeIdentity(
                name: assembly.name, run: [UInt8](repeating: 1, count: 16),
                configurationDigest: [UInt8](repeating: 2, count: 32), classes: Problem.classes,
                sampleOrderDigest: 3),
            teachers: peers, pupils: peers)
        group.enter()
        Thread.detachNewThread {
            let trained = train(assembly, exchange: exchange)
            results.withLock { $0[assembly.name] = trained }
            group.leave()
        }
    }
    group.wait()
    return results.withLock { $0 }
}

/// Trains one learner to its end or its first error.
func train(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)? = nil) -> Trained {
    var records: [Record.Body] = []
    var run = LearnerRun(assembly, exchange: exchange, report: { records.append($0) })
    do {
        try exchange?.join()
        try run.train()
        return Trained(state: run.state, records: records)
    } catch {
        exchange?.leave(reason: "\(error)")
        return Trained(state: run.state, records: records, error: error)
    }
}
