import CohortGraph
import Datasets
import NeuralNetwork
import Testing
import Training

/// How learners that meet tasks are tested.
@Suite(.timeLimit(.minutes(1))) struct TaskEvaluationTests {
    /// A learner whose epochs have ten steps, and which meets class 2 from step 10 on.
    private func cohort(tasks: Bool) throws -> TestCohort {
        var cohort = TestCohort([.init(name: "a", steps: 12)], [])
        guard tasks else { return cohort }
        let problem = cohort.problem
        let corpus = Corpus(
            name: "small", train: problem.train, test: problem.test,
            normalization: Problem.normalization)
        let division = try TaskDivision(
            TaskOptions(count: 2, classes: [["0", "1"], ["2"]]), of: corpus, seed: 1)
        let test = try #require(division.test)
        cohort.tasks = { name in
            LearnerTasks(
                division, of: name, orders: ["a": [0, 1]], length: TaskLength(steps: 10, count: 2),
                test: test)
        }
        return cohort
    }

    /// Where a task ends with an epoch, the matrix of accuracies takes what the epoch's test
    /// computed: a learner with tasks computes the test samples as often as one without.
    @Test func theTestSamplesAreComputedOnce() throws {
        let calls = try [false, true].map { hasTasks in
            var count = 0
            let found = train(
                try cohort(tasks: hasTasks).assemblies[0], checkInterruption: { count += 1 })
            #expect(found.error == nil)
            if hasTasks { #expect(found.progress?.tasks?.accuracies.count == 2) }
            return count
        }
        #expect(calls[0] == calls[1])
        // One for each step at least, and one for each of two tests.
        #expect(calls[0] >= 12 + 2)
    }

    /// Weights are judged by the tasks that were met in the steps that made them.
    @Test func weightsAreJudgedByTheTasksMet() throws {
        let assembly = try cohort(tasks: true).assemblies[0]
        let state = train(assembly).state
        func named(after steps: Int?) throws -> Set<Int> {
            let logits = assembly.evaluation(
                of: assembly.data.test, parameters: state.parameters, buffers: state.buffers,
                after: steps
            ).answers?.logits
            return Set(try #require(logits).argmax)
        }
        let all = try named(after: nil)
        try #require(all.contains(2))
        #expect(try named(after: 12) == all && named(after: 11) == all)
        for steps in [1, 9, 10] { #expect(try named(after: steps).isSubset(of: [0, 1])) }
    }
}
