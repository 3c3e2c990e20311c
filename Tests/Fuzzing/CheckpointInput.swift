import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Training

/// A checkpoint of a small learner, with something of all that one can hold.
enum CheckpointInput {
    private static let model: Model = {
        guard let model = try? Model(MLP(hidden: [2]), input: [1, 1, 2], classes: 2) else {
            preconditionFailure("the model is sound")
        }
        return model
    }()

    static var state: LearnerState {
        var builder = ModelBuilder()
        _ = builder.parameter("regressor", [2, 2], .uniform(bound: 1))
        var state = LearnerState(
            parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers,
            edges: Parameters(initializing: builder.slots, key: RandomKey(seed: 2)),
            optimizer: AdamW())
        state.memories = ["kd<t": TermMemory(["t": Reputation(total: 1, weight: 2)])]
        state.bank.add(
            Tensor(shape: [2, 2], values: [1, 2, 3, 4]), named: "logits", of: "t", samples: [7, 5],
            step: 0)
        return state
    }

    static var manifest: CheckpointManifest {
        var progress = LearnerProgress(state)
        progress.ensembleAccuracy = 0.5
        progress.exchange = ExchangeState(
            quarantine: Quarantine(Quarantine.Rules()),
            taken: ["t": Slot(step: 0, round: .after)])
        return CheckpointManifest(
            progress, of: CheckpointOwner(run: "r", learner: "a", configuration: "c", stage: 1),
            epochs: 1, (state.weights.encoded(), state.memory.encoded()))
    }

    /// - Precondition (checked): what was read is written and read back the same.
    static func run(_ bytes: [UInt8]) {
        guard let memory = try? SafeTensorsFile(decoding: bytes) else { return }
        var restored = state
        guard
            (try? restored.restore(
                weights: state.weights, memory: memory, of: model, step: 1)) != nil
        else { return }
        precondition(restored.memory.tensors == memory.tensors, "it does not read back")
    }
}
