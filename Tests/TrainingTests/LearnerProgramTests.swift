import CohortGraph
import Datasets
import Foundation
import Kernels
import NeuralNetwork
import Testing
import Training

@Suite(.timeLimit(.minutes(1)))
struct LearnerProgramTests {
    /// Two that teach each other by deep mutual learning.
    static let both = [
        EdgeGroup(from: ["b"], to: "a", EdgeOptions(loss: "dml")),
        EdgeGroup(from: ["a"], to: "b", EdgeOptions(loss: "dml")),
    ]

    /// Two learners with private labels and a common pool.
    private func pair(_ problem: Problem = Problem()) -> TestCohort {
        var cohort = TestCohort(
            [
                .init(name: "a", labelled: 0..<15),
                .init(name: "b", architecture: PlainCNN(depth: 2), labelled: 15..<30),
            ], Self.both)
        cohort.problem = problem
        cohort.pool = 30..<60
        return cohort
    }

    @Test func theSameCohortEndsInTheSameBits() throws {
        let (first, second) = (try pair().train(), try pair().train())
        for name in ["a", "b"] {
            #expect(first[name]?.error == nil)
            #expect(first[name]?.state.digest == second[name]?.state.digest)
        }
        #expect(first["a"]?.state.digest != first["b"]?.state.digest)
    }

    @Test func threadsChangeNoBit() throws {
        let cohort = TestCohort([.init(name: "a", architecture: ResNet(depth: 8, width: 4))], [])
        let assembly = try cohort.assemblies[0]
        let one = train(assembly).state.digest
        #expect(Parallel.withThreads(3) { train(assembly).state.digest } == one)
    }

    /// The pool's labels are nobody's: changing them all changes nothing.
    @Test func thePoolsLabelsAreNeverLookedAt() throws {
        let honest = try pair().train()
        let relabelled = try pair(Problem(relabelled: 30..<60)).train()
        #expect(honest["a"]?.state.digest == relabelled["a"]?.state.digest)
    }

    /// A peer's private labels reach a learner through the peer's knowledge alone, and they do.
    @Test func peersTeachWhatTheirLabelsTaughtThem() throws {
        let honest = try pair().train()
        let relabelled = try pair(Problem(relabelled: 15..<30)).train()
        #expect(honest["a"]?.state.digest != relabelled["a"]?.state.digest)
    }

    /// Learners that share weights and samples agree, so teaching adds nothing to their gradients.
    @Test func twinsLearnAsOneAlone() throws {
        let twins = TestCohort([.init(name: "a"), .init(name: "b", key: "a")], Self.both)
        let together = try twins.train()
        let alone = train(try TestCohort([.init(name: "a")], []).assemblies[0])
        let difference = zip(
            together["a"]?.state.parameters.flat.values ?? [], alone.state.parameters.flat.values
        ).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(together["a"]?.state.digest == together["b"]?.state.digest)
        #expect(difference < 1e-6)
    }

    /// One step of a pair, by the tape and by hand from what each published.
    @Test func aStepIsTheTaskPlusTheDivergenceFromThePeer() throws {
        let cohort = TestCohort(
            [.init(name: "a", steps: 1), .init(name: "b", steps: 1)], Self.both)
        let trained = try cohort.train()
        let hand = try ByHand(cohort)
        let peer = hand.logits(of: "b", at: 0)
        let expected = hand.stepped("a", at: 0) { $0.task + $0.divergence(from: peer) }
        let found = try #require(trained["a"]?.state.parameters)
        #expect(found.isClose(to: expected))
    }

    @Test func recordsSayWhoTaughtAndHowWellAllDid() throws {
        let trained = try #require(try pair().train()["a"])
        #expect(trained.intervals.map(\.step) == [4, 8, 12])
        for report in trained.intervals {
            #expect(Set(report.divergence.keys) == ["b"])
            #expect(report.bytesOut > 0 && report.bytesIn > 0)
            let term = try #require(report.terms["dml<b"])
            #expect(term.value > 0 && term.weight == 1 && term.open == 1 && term.shares == nil)
            let (task, total) = (try #require(report.taskLoss), try #require(report.totalLoss))
            #expect(abs(total - task - term.value) < 1e-5)
        }
        #expect(trained.epochs.map(\.epoch) == [1, 2, 3])
        #expect(trained.epochs.allSatisfy { $0.ensembleMembers == ["a", "b"] })
        #expect(trained.epochs.last?.step == 12)
    }

    @Test func aLossThatIsNoNumberEndsTheRunOfAll() throws {
        var assemblies = try pair().assemblies
        assemblies[0].training.optimizer = SGD(rate: 1e30)
        let trained = trainTogether(assemblies)
        #expect(trained["a"]?.error != nil)
        #expect(trained["b"]?.error != nil)
    }

    @Test func anEnsembleIsScoredByTheMeanOfProbabilities() {
        let sure = Tensor(shape: [2, 2], values: [4, 0, 0, 1])
        let unsure = Tensor(shape: [2, 2], values: [0, 1, 3, 0])
        let evaluation = Evaluation(ClassAnswers(ensemble: [sure, unsure]), labels: [0, 0])
        #expect(evaluation.accuracy == 1)
        let p = [0.5 * (0.982014 + 0.268941), 0.5 * (0.268941 + 0.952574)]
        let expected = -(log(p[0]) + log(p[1])) / 2
        #expect(abs(evaluation.negativeLogLikelihood - expected) < 1e-4)
    }
}
