import Datasets
import Distillation
import NeuralNetwork
import Testing
import Training

/// One update of the gradients of several batches (`training: {accumulate: N}`).
@Suite(.timeLimit(.minutes(1))) struct AccumulationTests {
    /// A learner without batch normalization, whose objective learns too.
    private func learner(
        batch: Int, steps: Int, accumulate: Int? = nil, clip: Float? = nil
    ) throws -> LearnerAssembly {
        var objective = UncertaintyWeights()
        var builder = ModelBuilder()
        objective.prepare(terms: [], in: &builder)
        var cohort = TestCohort.plain([.init(name: "a", steps: steps)], [])
        (cohort.objective, cohort.objectiveSlots, cohort.clip) = (objective, builder.slots, clip)
        var assembly = try cohort.assemblies[0]
        assembly.data.own = try cohort.problem.stream(
            0..<60, batch: batch, named: Sampler.common)
        assembly.training.habits.accumulate = accumulate
        assembly.training.interval = 1
        return assembly
    }

    private func numbers(_ state: LearnerState) -> [Float] {
        state.parameters.flat.values + state.edges.flat.values
    }

    private func expectAlike(_ state: LearnerState, _ other: LearnerState) {
        for (one, two) in zip(numbers(state), numbers(other)) { #expect(abs(one - two) < 2e-6) }
    }

    @Test(arguments: [nil, 0.5] as [Float?])
    func severalBatchesLearnAsOneOfAllTheirSamples(clip: Float?) throws {
        let whole = train(try learner(batch: 12, steps: 5, clip: clip))
        let parts = train(try learner(batch: 6, steps: 10, accumulate: 2, clip: clip))
        #expect(whole.error == nil && parts.error == nil)
        expectAlike(whole.state, parts.state)
        let norms = whole.intervals.compactMap(\.gradientNorm)
        let due = parts.intervals.compactMap(\.gradientNorm)
        #expect(norms.count == due.count && norms.count == (clip == nil ? 0 : 5))
        for (one, two) in zip(norms, due) { #expect(abs(one - two) < 1e-5) }
    }

    @Test func nothingMovesBetweenTwoUpdates() throws {
        var states: [LearnerState] = []
        _ = train(
            try learner(batch: 6, steps: 8, accumulate: 4), stepped: { states.append($0.state) })
        for step in 1..<8 {
            let moved = numbers(states[step - 1]) != numbers(states[step])
            #expect(moved == [3, 7].contains(step), "step \(step)")
        }
    }

    /// The last update takes what is left.
    @Test func theLastStepUpdates() throws {
        var states: [LearnerState] = []
        let parts = train(
            try learner(batch: 6, steps: 10, accumulate: 4), stepped: { states.append($0.state) })
        var before = LearnerProgress(states[7])
        before.state.step = 4
        let whole = train(try learner(batch: 12, steps: 5), from: before)
        expectAlike(whole.state, parts.state)
    }

    @Test func oneBatchIsAsWithout() throws {
        let without = train(try learner(batch: 6, steps: 10))
        let one = train(try learner(batch: 6, steps: 10, accumulate: 1))
        #expect(numbers(without.state) == numbers(one.state))
    }
}
