import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Ten steps under prescribed gradients against PyTorch in float64.
@Suite(.timeLimit(.minutes(1)))
struct OptimizerTests {
    @Test func sgdFollowsPyTorch() throws {
        try follow("sgd") { example in
            SGD(
                rate: example.option("rate", 0), momentum: example.option("momentum", 0),
                isNesterov: example.option("nesterov", 0) == 1, decay: example.option("decay", 0))
        }
    }

    @Test func adamWFollowsPyTorch() throws {
        try follow("adamw") { example in
            AdamW(
                rate: example.option("rate", 0), beta1: example.option("beta1", 0.9),
                beta2: example.option("beta2", 0.999), epsilon: example.option("epsilon", 1e-8),
                decay: example.option("decay", 0.01))
        }
    }

    /// Options as configuration writes them reach the optimiser.
    @Test func optionsAreRead() throws {
        let sgd = try Optimizers.registry.make(
            "sgd", options: map(["rate": "0.2", "momentum": "0.9", "nesterov": "true"]))
        #expect((sgd as? SGD)?.isNesterov == true)
        #expect(sgd.rate == 0.2)
        #expect(sgd.buffers == 1)
        let adamW = try Optimizers.registry.make("adamw", options: map(["beta2": "0.95"]))
        #expect((adamW as? AdamW)?.beta2 == 0.95)
        #expect(adamW.buffers == 2)
    }

    @Test func nesterovWithoutMomentumIsRefused() {
        #expect(throws: SettingError.self) {
            try Optimizers.registry.make("sgd", options: map(["nesterov": "true"]))
        }
    }

    @Test func withoutMomentumNothingIsRemembered() {
        let parameters = Parameters(zerosFor: builder(of: 3).slots)
        #expect(SGD().initialState(for: parameters).buffers.isEmpty)
    }

    private func follow(
        _ group: String, _ optimizer: (ReferenceCase) -> any Optimizer
    ) throws {
        for example in try ReferenceCase.all(in: "training-rules", group: group) {
            let optimizer = optimizer(example)
            let (path, gradients) = (
                try example.tensor("parameters"), try example.tensor("gradients")
            )
            let slot = builder(of: gradients.shape[1]).slots[0]
            var parameters = Parameters(zerosFor: [slot])
            parameters[slot] = try example.tensor("start")
            var state = optimizer.initialState(for: parameters)
            for step in 0..<gradients.shape[0] {
                var gradient = Parameters(zerosFor: [slot])
                gradient[slot] = row(step, of: gradients)
                let divisor = example.option("falling", 0) == 1 ? Float(1 + step) : 1
                optimizer.step(
                    &parameters, gradients: gradient.flat, state: &state,
                    rate: optimizer.rate / divisor)
                expectAgreement(
                    parameters[slot], row(step, of: path), "\(group)/\(example.name) step \(step)",
                    tolerance: 1e-6)
            }
            #expect(state.step == gradients.shape[0])
        }
    }

    private func row(_ index: Int, of matrix: Tensor) -> Tensor {
        matrix.rows(index..<index + 1).reshaped([matrix.shape[1]])
    }

    private func builder(of count: Int) -> ModelBuilder {
        var builder = ModelBuilder()
        _ = builder.parameter("weight", [count], .constant(0))
        return builder
    }
}
