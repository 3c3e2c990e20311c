import CohortGraph
import NeuralNetwork
import Reporting
import Testing
import Training

/// What evaluations report of classes, and the answers that they store.
@Suite(.timeLimit(.minutes(1))) struct StoredAnswersTests {
    private static func pair(teacherSteps: Int) -> TestCohort {
        TestCohort(
            [.init(name: "t", steps: teacherSteps), .init(name: "s", steps: 25)],
            [EdgeGroup(from: ["t"], to: "s", EdgeOptions(loss: "kd"))])
    }

    @Test func eachEvaluationStoresWhatItReports() throws {
        let cohort = TestCohort([.init(name: "a", steps: 25)], [])
        let found = train(try cohort.assemblies[0])
        let labels = cohort.problem.test.labels
        #expect(found.epochs.map(\.step) == found.answers.map(\.step))
        #expect(found.epochs.map(\.epoch) == found.answers.map(\.epoch))
        #expect(found.epochs.count == 3)
        for (report, answers) in zip(found.epochs, found.answers) {
            #expect(answers.labels == labels && answers.classes == Problem.classes)
            let right = zip(labels, answers.answers).count { $0 == $1 }
            #expect(report.testAccuracy == Double(right) / Double(labels.count))
            let scores = try #require(report.scores)
            #expect(scores.confusion?.flatMap(\.self).reduce(0, +) == labels.count)
            #expect(scores.top == nil)
            let shares = scores.calibration.reduce(0) { $0 + $1.share }
            #expect(abs(shares - 1) < 1e-12)
            expectConsistent(answers)
        }
    }

    /// The confidence is the probability of the answer, which no other exceeds.
    private func expectConsistent(_ answers: HeldOutAnswers) {
        for sample in 0..<answers.count {
            let row = Array(answers.probabilities(of: sample) ?? [])
            #expect(row.count == answers.classes && abs(row.reduce(0, +) - 1) < 1e-5)
            #expect(row.firstIndex(of: row.max() ?? 0) == answers.answers[sample])
            #expect(abs((row.max() ?? 0) - answers.confidences[sample]) < 1e-6)
        }
    }

    @Test(arguments: [4, 10, 17]) func aResumedRunStoresTheSame(stop: Int) throws {
        let assembly = try TestCohort([.init(name: "a", steps: 25)], []).assemblies[0]
        let whole = train(assembly)
        var kept: LearnerProgress?
        _ = train(assembly, stepped: { if $0.state.step == stop { kept = $0 } })
        let resumed = train(assembly, from: try #require(kept))
        let later = whole.answers.filter { $0.step > stop }
        #expect(resumed.answers == later && !later.isEmpty)
        #expect(
            resumed.epochs.map(\.scores)
                == whole.epochs.filter { $0.step > stop }.map(\.scores))
    }

    /// One that learned before it teaches stores no more answers then.
    @Test(arguments: [0, 10]) func aTeacherStoresOnce(steps: Int) throws {
        let found = try #require(try Self.pair(teacherSteps: steps).train()["t"])
        #expect(found.error == nil)
        #expect(found.answers.map(\.step) == [steps])
        #expect(found.answers.map(\.epoch) == [steps == 0 ? 0 : 1])
        #expect(found.answers.first?.labels == Problem().test.labels)
    }

    @Test func learnersOfTheSameSamplesSayTheSame() throws {
        let found = try Self.pair(teacherSteps: 0).train()
        let names = found.values.compactMap { $0.answers.last?.samples }
        #expect(names.count == 2 && Set(names).count == 1)
    }
}
