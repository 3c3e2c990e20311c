import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Testing

/// What every registered objective obeys, and the formulas of those that there are.
@Suite(.timeLimit(.minutes(1)))
struct ObjectiveTests {
    /// An objective that is prepared for two terms, over one tape.
    private struct Trial {
        let tape = Tape()
        let parameters: Parameters
        let pass: ForwardPass
        let leaves: [Variable]
        let value: Variable

        /// - Parameters:
        ///   - losses: of the task, of the two parts of the first term, and of the second term.
        ///   - learned: values for what the objective learns, in order; zeros beyond.
        init(_ name: String, _ losses: [Float], learned: [Float] = []) throws {
            var objective = try Objectives.registry.make(name)
            var builder = ModelBuilder()
            objective.prepare(terms: ["kd<t", "sp<u"], in: &builder)
            var parameters = Parameters(initializing: builder.slots, key: RandomKey(seed: 1))
            for (slot, value) in zip(builder.slots, learned) {
                parameters[slot] = Tensor(shape: [1], values: [value])
            }
            self.parameters = parameters
            let tape = tape
            pass = ForwardPass(
                .training, parameters: parameters, buffers: .none, tape: tape,
                key: RandomKey(seed: 2))
            let leaves = losses.map { tape.leaf(Tensor(shape: [1], values: [$0])).sum() }
            self.leaves = leaves
            value = objective(
                task: leaves[0],
                [
                    TermLoss(place: 0, parts: [leaves[1], leaves[2]]),
                    TermLoss(place: 1, parts: [leaves[3]]),
                ], pass)
        }

        /// The derivative by each number that the objective learns.
        func gradients() -> [Float] {
            tape.backward(from: value)
            return parameters.slots.indices.map { pass.parameter($0).gradient?.values[0] ?? 0 }
        }
    }

    private static let losses: [Float] = [1.5, 0.25, 0.5, 2]

    /// It begins as the sum, so that the configuration's weights mean what they say.
    @Test(arguments: Objectives.registry.names)
    func beginsAsTheWeightedSum(name: String) throws {
        let trial = try Trial(name, Self.losses)
        #expect(abs(trial.value.value.scalar - 4.25) < 1e-6)
    }

    /// The gradient in what it learns agrees with differences.
    @Test(arguments: Objectives.registry.names)
    func learnsDownItsOwnGradient(name: String) throws {
        let start: [Float] = [0.3, -0.7, 0.1]
        let found = try Trial(name, Self.losses, learned: start).gradients()
        for place in found.indices {
            func value(_ step: Float) throws -> Float {
                var moved = start
                moved[place] += step
                return try Trial(name, Self.losses, learned: moved).value.value.scalar
            }
            let difference = try (value(0.01) - value(-0.01)) / 0.02
            #expect(abs(found[place] - difference) < 1e-3, "parameter \(place)")
        }
    }

    /// Σ exp(−s)·L + s/2, whose derivative by s is ½ − exp(−s)·L.
    @Test func uncertaintyFollowsItsFormula() throws {
        let s: [Float] = [0.3, -0.7, 0.1]
        let sums: [Float] = [1.5, 0.75, 2]
        let trial = try Trial("uncertainty", Self.losses, learned: s)
        let expected = zip(s, sums).reduce(Float(0)) { $0 + exp(-$1.0) * $1.1 + $1.0 / 2 }
        #expect(abs(trial.value.value.scalar - expected) < 1e-5)
        let derivatives = zip(s, sums).map { 0.5 - exp(-$0) * $1 }
        for (found, expected) in zip(trial.gradients(), derivatives) {
            #expect(abs(found - expected) < 1e-5)
        }
    }
}
