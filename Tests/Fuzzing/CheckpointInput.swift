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

    static let layout: StateLayout = {
        var builder = ModelBuilder()
        _ = builder.parameter("regressor", [2, 2], .uniform(bound: 1))
        guard let term = try? term() else { preconditionFailure("the term is sound") }
        return StateLayout(
            model: model, groups: [ParameterGroup(edges: builder.slots)], terms: [term])
    }()

    /// A term whose source and combination both remember something.
    private static func term() throws -> TeachingTerm {
        var edge = EdgeOptions(loss: "kd", combination: "reputation")
        edge.missing = .bank(age: nil)
        let loss = try Losses.registry.make("kd")
        return TeachingTerm(
            EdgeGroup(from: ["t"], to: "a", edge), index: 0, name: "kd<t",
            offer: try KnowledgeOffer(edge, summary: loss.summary), loss: loss,
            combination: try Combinations.registry.make("reputation"))
    }

    static var state: LearnerState {
        var state = LearnerState(
            parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, groups: layout.groups, terms: layout.terms.count,
            optimizer: AdamW(), key: RandomKey(seed: 2))
        var rows = SampleMemory()
        rows.store(
            Tensor(shape: [2, 2], values: [1, 2, 3, 4]), of: "t", samples: [7, 5], step: 0)
        state.terms[0].source = TermMemory(rows)
        state.terms[0].combination = TermMemory(["t": Reputation(total: 1, weight: 2)])
        return state
    }

    /// The bytes of `state.safetensors`.
    static var memory: [UInt8] {
        guard let memory = try? state.memory(of: layout) else {
            preconditionFailure("the state is sound")
        }
        return memory.encoded()
    }

    static var manifest: CheckpointManifest {
        var progress = LearnerProgress(state)
        progress.ensembleAccuracy = 0.5
        progress.exchange = ExchangeState(
            quarantine: Quarantine(Quarantine.Rules()),
            taken: ["t": StepRound(step: 0, round: .after)])
        return CheckpointManifest(
            progress, of: CheckpointOwner(run: "r", learner: "a", configuration: "c", stage: 1),
            epochs: 1, (state.weights.encoded(), memory))
    }

    /// - Precondition (checked): what was read is written and read back the same.
    static func run(_ bytes: [UInt8]) {
        guard let memory = try? SafeTensorsFile(decoding: bytes) else { return }
        var restored = state
        guard
            (try? restored.restore(
                weights: state.weights, memory: memory, of: layout, step: 1)) != nil
        else { return }
        let again = try? restored.memory(of: layout)
        precondition(again?.tensors.keys == memory.tensors.keys, "it does not read back")
    }
}
