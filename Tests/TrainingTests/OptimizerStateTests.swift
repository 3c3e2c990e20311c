import Bytes
import NeuralNetwork
import Options
import Testing
import Training

/// The memory of every optimiser that the registry knows is part of a checkpoint.
@Suite(.timeLimit(.minutes(1)))
struct OptimizerStateTests {
    private static let optimizers: [any Optimizer] =
        Optimizers.registry.names.compactMap { try? Optimizers.registry.make($0) }
        + [SGD(momentum: 0.9, isNesterov: true, decay: 1e-4)]

    @Test(arguments: optimizers)
    func theStateSurvivesSavingBitForBit(optimizer: any Optimizer) throws {
        let model = try Model(MLP(hidden: [5]), input: [1, 3, 2], classes: 4)
        let initial = LearnerState(
            parameters: model.initialParameters(key: RandomKey(seed: 1)), buffers: .none,
            optimizer: optimizer, key: RandomKey(seed: 3))
        let layout = StateLayout(model: model, groups: [], terms: [])
        var (state, loaded) = (initial, initial)
        for number in 0..<3 { step(&state, number, optimizer, of: model) }
        try loaded.restore(
            weights: SafeTensorsFile(decoding: state.weights.encoded()),
            memory: SafeTensorsFile(decoding: state.memory(of: layout).encoded()), of: layout,
            step: 3)
        #expect(loaded.optimizer.step == 3)
        #expect(bits(of: loaded) == bits(of: state) && bits(of: state) != bits(of: initial))
        step(&state, 3, optimizer, of: model)
        step(&loaded, 3, optimizer, of: model)
        #expect(bits(of: loaded) == bits(of: state))
    }

    private func step(
        _ state: inout LearnerState, _ number: Int, _ optimizer: any Optimizer, of model: Model
    ) {
        let gradients = model.initialParameters(key: RandomKey(seed: 2).child(number)).flat
        optimizer.step(
            &state.parameters, gradients: gradients, state: &state.optimizer, rate: optimizer.rate)
    }

    private func bits(of state: LearnerState) -> [[UInt32]] {
        ([state.parameters.flat] + state.optimizer.buffers).map { $0.values.map(\.bitPattern) }
    }
}
