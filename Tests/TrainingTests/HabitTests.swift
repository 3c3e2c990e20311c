import CohortGraph
import NeuralNetwork
import Options
import Testing
import Training

/// The weights that a learner keeps of itself, and how much its classes count.
@Suite(.timeLimit(.minutes(1))) struct HabitTests {
    private func learner() throws -> LearnerAssembly {
        try TestCohort.plain([.init(name: "a", steps: 40)], []).assemblies[0]
    }

    @Test(arguments: BestMeasure.allCases)
    func theFirstBestEvaluationIsKept(measure: BestMeasure) throws {
        var assembly = try learner()
        assembly.training.habits.best = measure
        var states: [Int: LearnerState] = [:]
        let trained = train(assembly, stepped: { states[$0.state.step] = $0.state })
        #expect(trained.error == nil)
        // The validation samples are the test samples.
        let scores = trained.epochs.map {
            measure == .accuracy ? -$0.testAccuracy : $0.testNLL
        }
        let place = try #require(scores.indices.min { scores[$0] < scores[$1] })
        let best = try #require(trained.progress?.best)
        #expect(best.step == trained.epochs[place].step)
        let kept = try #require(trained.state.versions[.best])
        #expect(kept.parameters.flat.values == states[best.step]?.parameters.flat.values)
        let notices = trained.records.compactMap {
            if case .notice(let notice) = $0 { notice.message } else { nil }
        }
        #expect(notices.contains { $0.contains("the best weights are those after step") })
    }

    @Test func theAverageFollowsTheWeightsAndIsEvaluated() throws {
        var assembly = try learner()
        assembly.training.habits.average = 0.9
        var followed = assembly.initialState.parameters.flat.values
        let trained = train(
            assembly,
            stepped: { progress in
                let kept = Float(min(1 - 1 / Double(progress.state.step + 1), 0.9))
                followed = zip(followed, progress.state.parameters.flat.values).map {
                    $0 * kept + $1 * (1 - kept)
                }
            })
        let version = try #require(trained.state.versions.first)
        #expect(version.key.suffix == "average=0.9+moments" && trained.state.versions.count == 1)
        for (one, two) in zip(version.value.parameters.flat.values, followed) {
            #expect(abs(one - two) < 1e-6)
        }
        #expect(trained.epochs.allSatisfy { $0.averageAccuracies?["average=0.9+moments"] != nil })
    }

    /// n samples of K classes: each sample weighs as in scikit-learn's `balanced`, n / (K·count).
    @Test func balancedWeightsMakeClassesEqual() throws {
        let weights = try ClassWeights.balanced.weights(
            of: ["a", "b", "c", "d"], labels: [0, 0, 0, 0, 1, 1, 3, 3, 3, 3, 3, 3])
        #expect(weights == [1, 2, 1, Float(12.0 / 18)])
    }

    @Test func weightsAreGivenByNameAndNumber() throws {
        let classes = ["cat", "dog", "eel"]
        #expect(
            try ClassWeights.named(["dog": 2, "2": 0.5]).weights(of: classes, labels: [])
                == [1, 2, 0.5])
        #expect(try ClassWeights.each([3, 2, 1]).weights(of: classes, labels: []) == [3, 2, 1])
        let few = #expect(throws: SettingError.self) {
            try ClassWeights.each([3, 2]).weights(of: classes, labels: [])
        }
        #expect(few?.message.contains("lists 2 weights, and there are 3 classes") == true)
        let unknown = #expect(throws: SettingError.self) {
            try ClassWeights.named(["dgo": 2]).weights(of: classes, labels: [])
        }
        #expect(unknown?.message.contains("no class 'dgo': did you mean 'dog'") == true)
    }

    @Test func weightsCountInTheLossOfTheLabels() throws {
        func taskLoss(_ weights: [Float]?) throws -> Double {
            var assembly = try learner()
            assembly.training.classWeights = weights
            assembly.training.interval = 1
            return try #require(train(assembly).intervals[0].taskLoss)
        }
        let plain = try taskLoss(nil)
        #expect(abs(try taskLoss([2, 2, 2]) - plain) < 1e-6)
        #expect(abs(try taskLoss([9, 1, 1]) - plain) > 1e-3)
    }
}
