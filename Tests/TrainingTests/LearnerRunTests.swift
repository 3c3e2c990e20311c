import CohortGraph
import Distillation
import Foundation
import Kernels
import NeuralNetwork
import Reporting
import Testing
import Training

@Suite(.timeLimit(.minutes(1)))
struct LearnerRunTests {
    private func pair(
        _ problem: Problem = Problem(), loss: String = "dml"
    ) throws -> [LearnerAssembly] {
        [
            try problem.assembly(
                of: "a", labelled: 0..<15, pool: 30..<60, taughtBy: ["b"], loss: loss),
            try problem.assembly(
                of: "b", labelled: 15..<30, pool: 30..<60, taughtBy: ["a"],
                architecture: PlainCNN(depth: 2), loss: loss),
        ]
    }

    @Test func theSameCohortEndsInTheSameBits() throws {
        let first = trainTogether(try pair())
        let second = trainTogether(try pair())
        for name in ["a", "b"] {
            #expect(first[name]?.error == nil)
            #expect(first[name]?.state.digest == second[name]?.state.digest)
        }
        #expect(first["a"]?.state.digest != first["b"]?.state.digest)
    }

    @Test func threadsChangeNoBit() throws {
        let assembly = try Problem().assembly(
            of: "a", labelled: 0..<60, taughtBy: [], architecture: ResNet(depth: 8, width: 4))
        Parallel.threads = 1
        let one = train(assembly).state.digest
        Parallel.threads = 3
        defer { Parallel.threads = 1 }
        #expect(train(assembly).state.digest == one)
    }

    /// The pool's labels are nobody's: changing them all changes nothing.
    @Test func thePoolsLabelsAreNeverLookedAt() throws {
        let honest = trainTogether(try pair())
        let relabelled = trainTogether(try pair(Problem(relabelled: 30..<60)))
        #expect(honest["a"]?.state.digest == relabelled["a"]?.state.digest)
    }

    /// A peer's private labels reach a learner through the peer's knowledge alone, and they do.
    @Test func peersTeachWhatTheirLabelsTaughtThem() throws {
        let honest = trainTogether(try pair())
        let relabelled = trainTogether(try pair(Problem(relabelled: 15..<30)))
        #expect(honest["a"]?.state.digest != relabelled["a"]?.state.digest)
    }

    /// Learners that share weights and samples agree, so teaching adds nothing to their gradients.
    @Test func twinsLearnAsOneAlone() throws {
        let problem = Problem()
        var twins = try ["a", "b"].map { name in
            try problem.assembly(
                of: name, labelled: 0..<60, taughtBy: [name == "a" ? "b" : "a"])
        }
        twins[1].key = twins[0].key
        let together = trainTogether(twins)
        let alone = train(
            try problem.assembly(of: "a", labelled: 0..<60, taughtBy: []))
        let difference = zip(
            together["a"]?.state.parameters.flat.values ?? [], alone.state.parameters.flat.values
        ).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(together["a"]?.state.digest == together["b"]?.state.digest)
        #expect(difference < 1e-6)
    }

    /// One step of a pair, by the tape and by hand from what each published.
    @Test func aStepIsTheTaskPlusTheDivergenceFromThePeer() throws {
        let problem = Problem()
        let assemblies = try ["a", "b"].map { name in
            try problem.assembly(
                of: name, labelled: 0..<60, taughtBy: [name == "a" ? "b" : "a"], steps: 1)
        }
        let trained = trainTogether(assemblies)
        var sampler = try problem.stream(Array(0..<60), batch: 6, named: "common").sampler
        let samples = sampler.batch(0).samples
        let images = try problem.images(samples)
        let (a, b) = (assemblies[0].initialState, assemblies[1].initialState)
        func logits(_ state: LearnerState, _ tape: Tape?) -> (Variable, ForwardPass) {
            let pass = ForwardPass(
                .training, parameters: state.parameters, statistics: state.statistics, tape: tape,
                key: RandomKey(seed: 0))
            return (assemblies[0].model.network(Variable(images), pass), pass)
        }
        let tape = Tape()
        let (own, pass) = logits(a, tape)
        let peer = logits(b, nil).0.softmax()
        let task = own.crossEntropy(samples.map { problem.train.labels[$0] })
        let divergence = (peer * (peer.log() - own.logSoftmax())).sum() / Float(samples.count)
        tape.backward(from: task + divergence)
        let gradient = pass.gradients(of: a.parameters).values
        let expected = zip(a.parameters.flat.values, gradient).map { $0 - 0.1 * $1 }
        let found = trained["a"]?.state.parameters.flat.values ?? []
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func recordsSayWhoTaughtAndHowWellAllDid() throws {
        let records = trainTogether(try pair())["a"]?.records ?? []
        let intervals = records.compactMap { record in
            if case .interval(let report) = record { report } else { nil }
        }
        let epochs = records.compactMap { record in
            if case .epoch(let report) = record { report } else { nil }
        }
        #expect(intervals.map(\.step) == [4, 8, 12])
        #expect(intervals.allSatisfy { Set($0.divergence.keys) == ["b"] && $0.bytesOut > 0 })
        #expect(intervals.allSatisfy { $0.terms["dml<b"].map { $0 > 0 } ?? false })
        #expect(epochs.map(\.epoch) == [1, 2, 3])
        #expect(epochs.allSatisfy { $0.ensembleMembers == ["a", "b"] })
        #expect(epochs.last.map { $0.step } == 12)
    }

    @Test func aLossThatIsNoNumberEndsTheRunOfAll() throws {
        var assemblies = try pair()
        assemblies[0].recipe.optimizer = SGD(rate: 1e30)
        let trained = trainTogether(assemblies)
        #expect(trained["a"]?.error != nil)
        #expect(trained["b"]?.error != nil)
    }

    @Test func anEnsembleIsScoredByTheMeanOfProbabilities() {
        let sure = Tensor(shape: [2, 2], values: [4, 0, 0, 1])
        let unsure = Tensor(shape: [2, 2], values: [0, 1, 3, 0])
        let evaluation = Evaluation(ensemble: [sure, unsure], labels: [0, 0])
        #expect(evaluation.accuracy == 1)
        let p = [0.5 * (0.982014 + 0.268941), 0.5 * (0.268941 + 0.952574)]
        let expected = -(log(p[0]) + log(p[1])) / 2
        #expect(abs(evaluation.negativeLogLikelihood - expected) < 1e-4)
    }
}
