import Bytes
import Foundation
import NeuralNetwork
import Options
import Testing

/// What holds for every optimiser that the registry knows: a new one needs its formula here.
@Suite(.timeLimit(.minutes(1)))
struct OptimizerLawTests {
    /// An optimiser with its options, and what a step does to one number by definition.
    struct Variant: Sendable, CustomTestStringConvertible {
        let name: String
        var options: [String: Double] = [:]
        var flags: [String] = []
        let formula: @Sendable () -> any Formula

        var testDescription: String {
            ([name] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + flags)
                .joined(separator: " ")
        }

        func make() throws -> any Optimizer {
            let written = options.map { ($0.key, "\($0.value)") } + flags.map { ($0, "true") }
            return try Optimizers.registry.make(name, options: map(written))
        }
    }

    @Test func everyOptimizerHasAFormula() {
        #expect(Set(Self.variants.map(\.name)) == Set(Optimizers.registry.names))
    }

    /// Steps with gradients and rates that change; 37 numbers in two slots, so that vectors end
    /// within.
    @Test(arguments: variants)
    func stepsFollowTheFormula(variant: Variant) throws {
        let optimizer = try variant.make()
        var parameters = Self.numbers(0)
        var state = optimizer.initialState(for: parameters)
        var formulas = parameters.flat.values.map { _ in variant.formula() }
        var exact = parameters.flat.values.map(Double.init)
        for step in 1...6 {
            let gradients = Self.numbers(step).flat
            let rate = optimizer.rate / Float(step)
            optimizer.step(&parameters, gradients: gradients, state: &state, rate: rate)
            for (place, gradient) in gradients.values.enumerated() {
                exact[place] = formulas[place].step(
                    exact[place], Double(gradient), rate: Double(rate), number: step)
            }
            // A few roundings of a number, of its gradient and of the memory at each step.
            let worst = zip(parameters.flat.values, exact).map { abs(Double($0) - $1) }.max()
            #expect((worst ?? 1) < 2e-6, "step \(step)")
            #expect(state.step == step && state.buffers.count == optimizer.buffers)
        }
    }

    /// Nothing is remembered outside the state, and a copy of it is not changed by who has the
    /// other.
    @Test(arguments: variants)
    func theSameStateGivesTheSameBits(variant: Variant) throws {
        let optimizer = try variant.make()
        var (first, firstState) = (Self.numbers(0), optimizer.initialState(for: Self.numbers(0)))
        func step(_ parameters: inout Parameters, _ state: inout OptimizerState, _ number: Int) {
            optimizer.step(
                &parameters, gradients: Self.numbers(number).flat, state: &state,
                rate: optimizer.rate)
        }
        step(&first, &firstState, 1)
        var (second, secondState) = (first, firstState)
        step(&first, &firstState, 2)
        step(&second, &secondState, 2)
        #expect(first.flat.values == second.flat.values)
        #expect(firstState.buffers.map(\.values) == secondState.buffers.map(\.values))
    }

    private static let slots = {
        var builder = ModelBuilder()
        for (name, shape) in [("matrix", [5, 4]), ("vector", [17])] {
            _ = builder.parameter(name, shape, .normal(standardDeviation: 1))
        }
        return builder.slots
    }()

    private static func numbers(_ step: Int) -> Parameters {
        Parameters(initializing: slots, key: RandomKey(seed: 9).child(step))
    }
}

/// The definition of an optimiser for one number, in double precision; remembers what it must.
protocol Formula {
    /// - Parameter number: of the step, counted from 1.
    /// - Returns: the number after the step.
    mutating func step(_ w: Double, _ gradient: Double, rate: Double, number: Int) -> Double
}

/// Sutskever et al. 2013 in PyTorch's form: the rate multiplies the velocity.
private struct Momentum: Formula {
    var momentum = 0.0
    var decay = 0.0
    var isNesterov = false
    private var velocity = 0.0

    init(momentum: Double = 0, decay: Double = 0, isNesterov: Bool = false) {
        (self.momentum, self.decay, self.isNesterov) = (momentum, decay, isNesterov)
    }

    mutating func step(_ w: Double, _ gradient: Double, rate: Double, number: Int) -> Double {
        let slope = gradient + decay * w
        velocity = momentum * velocity + slope
        return w - rate * (isNesterov ? slope + momentum * velocity : velocity)
    }
}

/// Algorithm 2 of Loshchilov and Hutter 2019; the rate multiplies the decay, as in PyTorch.
private struct DecoupledAdam: Formula {
    var (beta1, beta2, epsilon, decay) = (0.9, 0.999, 1e-8, 0.01)
    private var (mean, square) = (0.0, 0.0)

    init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, decay: Double = 0.01) {
        (self.beta1, self.beta2, self.epsilon, self.decay) = (beta1, beta2, epsilon, decay)
    }

    mutating func step(_ w: Double, _ gradient: Double, rate: Double, number: Int) -> Double {
        mean = beta1 * mean + (1 - beta1) * gradient
        square = beta2 * square + (1 - beta2) * gradient * gradient
        let corrected = mean / (1 - pow(beta1, Double(number)))
        let root = (square / (1 - pow(beta2, Double(number)))).squareRoot()
        return w - rate * decay * w - rate * corrected / (root + epsilon)
    }
}

/// Algorithm 2 of Chen et al. 2023.
private struct SignedMean: Formula {
    var (beta1, beta2, decay) = (0.9, 0.99, 0.0)
    private var mean = 0.0

    init(beta1: Double = 0.9, beta2: Double = 0.99, decay: Double = 0) {
        (self.beta1, self.beta2, self.decay) = (beta1, beta2, decay)
    }

    mutating func step(_ w: Double, _ gradient: Double, rate: Double, number: Int) -> Double {
        let direction = beta1 * mean + (1 - beta1) * gradient
        mean = beta2 * mean + (1 - beta2) * gradient
        return w - rate * ((direction > 0 ? 1 : direction < 0 ? -1 : 0) + decay * w)
    }
}

extension OptimizerLawTests {
    /// Each optimiser with its defaults, and with every option at work.
    static let variants: [Variant] = [
        Variant(name: "sgd") { Momentum() },
        Variant(name: "sgd", options: ["decay": 0.125]) { Momentum(decay: 0.125) },
        Variant(name: "sgd", options: ["momentum": 0.75, "rate": 0.05]) {
            Momentum(momentum: 0.75)
        },
        Variant(name: "sgd", options: ["momentum": 0.75, "decay": 0.125]) {
            Momentum(momentum: 0.75, decay: 0.125)
        },
        Variant(
            name: "sgd", options: ["momentum": 0.75, "decay": 0.125], flags: ["nesterov"]
        ) { Momentum(momentum: 0.75, decay: 0.125, isNesterov: true) },
        Variant(name: "adamw") { DecoupledAdam() },
        Variant(
            name: "adamw",
            options: ["beta1": 0.5, "beta2": 0.75, "epsilon": 0.125, "decay": 0.25, "rate": 0.1]
        ) { DecoupledAdam(beta1: 0.5, beta2: 0.75, epsilon: 0.125, decay: 0.25) },
        Variant(name: "adamw", options: ["decay": 0]) { DecoupledAdam(decay: 0) },
        Variant(name: "lion") { SignedMean() },
        Variant(
            name: "lion", options: ["beta1": 0.5, "beta2": 0.75, "decay": 0.25, "rate": 0.1]
        ) { SignedMean(beta1: 0.5, beta2: 0.75, decay: 0.25) },
    ]
}
