import CohortGraph
import Datasets
import NeuralNetwork
import Testing
import Training

/// Learners that train on mixed samples (`training: {mixup: α}`).
@Suite(.timeLimit(.minutes(1))) struct MixingTests {
    private func mixed(_ form: SampleMixing.Form = .mixup) throws -> SampledBatches {
        let problem = Problem()
        return SampledBatches(
            Sampler(samples: Array(0..<60), batchSize: 6, seed: 5, stream: Sampler.common),
            try BatchGatherer(problem.train, normalization: problem.normalization),
            mixing: BatchMixer(SampleMixing(form, alpha: 1), seed: 5, stream: Sampler.common))
    }

    @Test func aMixedBatchHasTwoLabelsAndNoNumbers() throws {
        var (plain, batches) = (
            try Problem().stream(0..<60, batch: 6, named: Sampler.common), try mixed()
        )
        let (before, after) = (try plain.batch(at: 3), try batches.batch(at: 3))
        #expect(after.labels == before.labels && after.samples == nil)
        let (own, others) = (try #require(before.labels), try #require(after.mixed?.labels))
        #expect(own.sorted() == others.sorted())
        #expect(after.digest != before.digest)
        #expect(try batches.digest(at: 3) == after.digest)
        #expect(batches.samples(at: 3) == nil)
        #expect(after.images.values != before.images.values)
    }

    /// The loss of a first step by hand: both cross-entropies by their shares.
    @Test func theLossIsOnBothLabels() throws {
        var assembly = try TestCohort.plain([.init(name: "a", steps: 1)], []).assemblies[0]
        assembly.data.own = try mixed()
        assembly.training.interval = 1
        var batches = try mixed()
        let batch = try batches.batch(at: 0)
        let state = assembly.initialState
        let pass = ForwardPass(
            .evaluation, parameters: state.parameters, buffers: state.buffers,
            key: assembly.key)
        let logits = assembly.model.network(Variable(batch.images), pass)
        let other = try #require(batch.mixed)
        let own = logits.crossEntropy(try #require(batch.labels)).value.scalar
        let second = logits.crossEntropy(other.labels).value.scalar
        let trained = train(assembly)
        let loss = try #require(trained.intervals.first?.taskLoss)
        #expect(abs(loss - Double(own * other.share + second * (1 - other.share))) < 1e-5)
    }

    /// Peers see the same mixed samples: their digests agree, and both learn.
    @Test(arguments: SampleMixing.Form.allCases)
    func peersTeachOneAnotherOnMixedSamples(form: SampleMixing.Form) throws {
        let groups = [("a", "b"), ("b", "a")].map {
            EdgeGroup(from: [$0.0], to: $0.1, EdgeOptions(loss: "dml"))
        }
        var assemblies = try TestCohort.plain([.init(name: "a"), .init(name: "b")], groups)
            .assemblies
        for place in assemblies.indices { assemblies[place].data.own = try mixed(form) }
        let trained = trainTogether(assemblies)
        for name in ["a", "b"] {
            #expect(trained[name]?.error == nil && trained[name]?.state.step == 12)
        }
        #expect(
            trained["a"]?.published.map(\.batchDigest) == trained["b"]?.published.map(\.batchDigest)
        )
    }
}
