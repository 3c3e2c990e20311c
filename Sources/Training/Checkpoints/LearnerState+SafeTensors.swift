import Bytes
import CohortGraph
import Distillation
import NeuralNetwork

/// What determines the names and shapes in a learner's state.
package struct StateLayout {
    package var model: Model
    package var groups: [ParameterGroup]
    package var terms: [TeachingTerm]

    package init(model: Model, groups: [ParameterGroup], terms: [TeachingTerm]) {
        self.model = model
        self.groups = groups
        self.terms = terms
    }
}

extension LearnerAssembly {
    /// The layout of the learner's state.
    package var layout: StateLayout {
        StateLayout(model: model, groups: groups, terms: terms)
    }
}

/// What a checkpoint holds beside the weights.
extension LearnerState {
    /// The optimisers' states, the parameter groups beside the model, and what the terms remember.
    ///
    /// `optimizer/0` and on are laid out as ``Parameters/flat`` is. `groups/GROUP/NAME` is a
    /// parameter of a group or a running moment, `groups/GROUP/optimizer/0` and on are its
    /// optimiser's.
    /// `versions/VERSION/NAME` is a weight or a running moment of an earlier version of the model.
    /// `accumulated/PLACE/…` are the gradients since the last update, where several batches make
    /// one.
    /// `terms/TERM/source`, `terms/TERM/combination` and `terms/TERM/loss` are the JSON of a
    /// ``TermMemory``, as bytes.
    ///
    /// - Parameter layout: of the learner whose state this is.
    /// - Throws: ``TermMemoryError`` where a term's memory cannot be written.
    package func memory(of layout: StateLayout) throws -> SafeTensorsFile {
        var file = SafeTensorsFile(metadata: ["format": "pt"])
        file.put(optimizer, as: "optimizer")
        for (group, state) in zip(layout.groups, groups) {
            file.put(state.optimizer, as: "groups/\(group.name)/optimizer")
            for slot in group.slots {
                file.tensors["groups/\(group.name)/\(slot.name)"] = SafeTensor(
                    state.parameters[slot])
            }
            file.put(state.buffers, below: "groups/\(group.name)/")
        }
        for (version, weights) in versions {
            let prefix = version.prefix
            for slot in layout.model.slots {
                file.tensors[prefix + slot.name] = SafeTensor(weights.parameters[slot])
            }
            file.put(weights.buffers, below: prefix)
        }
        file.tensors.merge(accumulated.tensors) { own, _ in own }
        for (term, memory) in zip(layout.terms, terms) {
            try file.put(memory.source, as: "terms/\(term.name)/source")
            try file.put(memory.combination, as: "terms/\(term.name)/combination")
            try file.put(memory.loss, as: "terms/\(term.name)/loss")
        }
        return file
    }

    /// Takes everything from a checkpoint's two files.
    ///
    /// - Parameter layout: of the learner whose state this is.
    /// - Throws: `SafeTensorsError`, ``TermMemoryError`` or ``CheckpointDamage`` unless they hold
    ///   exactly what this state holds, in its shapes, and finite.
    package mutating func restore(
        weights: SafeTensorsFile, memory: SafeTensorsFile, of layout: StateLayout, step: Int
    ) throws {
        (parameters, buffers) = try weights.state(of: layout.model)
        var rest = memory.tensors
        try rest.take("optimizer", into: &optimizer)
        for (place, group) in layout.groups.enumerated() {
            try rest.take("groups/\(group.name)/optimizer", into: &groups[place].optimizer)
            for slot in group.slots {
                let name = "groups/\(group.name)/\(slot.name)"
                groups[place].parameters[slot] = Tensor(
                    shape: slot.shape, values: try rest.floats(name, slot.shape))
            }
            try rest.take(&groups[place].buffers, below: "groups/\(group.name)/")
        }
        for version in versions.keys {
            versions[version] = try rest.weights(of: layout.model, below: version.prefix)
        }
        accumulated = try AccumulatedGradients(
            taking: &rest, counts: [parameters.flat.count] + groups.map(\.parameters.flat.count))
        for (place, term) in layout.terms.enumerated() {
            terms[place] = try term.restored(
                source: rest.memory("terms/\(term.name)/source"),
                combination: rest.memory("terms/\(term.name)/combination"),
                loss: rest.memory("terms/\(term.name)/loss"))
        }
        guard rest.isEmpty else {
            throw CheckpointDamage(
                "state.safetensors holds '\(rest.keys.min()!)', which is unknown")
        }
        let all = [buffers] + groups.map(\.buffers) + versions.values.map(\.buffers)
        guard parameters.flat.isFinite, all.allSatisfy(\.isFinite),
            groups.allSatisfy(\.parameters.flat.isFinite),
            versions.values.allSatisfy(\.parameters.flat.isFinite), accumulated.isFinite
        else { throw CheckpointDamage("its numbers are not finite") }
        self.step = step
    }
}

extension ModelVersion {
    /// What the names of its tensors begin with in the state of a checkpoint.
    package var prefix: String { "versions/\(suffix ?? "")/" }
}

extension TeachingTerm {
    /// The memory of a checkpoint.
    ///
    /// - Throws: ``TermMemoryError`` unless each is what the source, the combination or the loss
    ///   remembers.
    fileprivate func restored(
        source stored: TermMemory, combination: TermMemory, loss: TermMemory
    ) throws -> Memory {
        var memory = Memory(source: stored, combination: combination, loss: loss)
        try source.check(&memory.source)
        try self.combination.check(&memory.combination)
        if let loss = self.loss as? any RememberingLoss { try loss.check(&memory.loss) }
        return memory
    }
}

extension TargetSource {
    /// Decodes a memory now, so that damage is found when the checkpoint is read.
    fileprivate func check(_ memory: inout TermMemory) throws {
        try memory.withValue(of: Memory.self, default: initialMemory) { _ in }
    }
}

extension Combination {
    /// Decodes a memory now, so that damage is found when the checkpoint is read.
    fileprivate func check(_ memory: inout TermMemory) throws {
        try memory.withValue(of: Memory.self, default: initialMemory) { _ in }
    }
}

extension SafeTensorsFile {
    /// A memory that is empty has no tensor.
    fileprivate mutating func put(_ memory: TermMemory, as name: String) throws {
        let bytes = try memory.encoded()
        guard !bytes.isEmpty else { return }
        tensors[name] = SafeTensor(.u8, shape: [bytes.count], bytes: bytes)
    }

    fileprivate mutating func put(_ state: OptimizerState, as name: String) {
        tensors["\(name)/step"] = SafeTensor(int64s: [Int64(state.step)], shape: [])
        for (index, buffer) in state.buffers.enumerated() {
            tensors["\(name)/\(index)"] = SafeTensor(buffer)
        }
    }
}

extension [String: SafeTensor] {
    fileprivate mutating func take(_ name: String, into state: inout OptimizerState) throws {
        guard let step = removeValue(forKey: "\(name)/step")?.int64s?.first else {
            throw CheckpointDamage("state.safetensors lacks '\(name)/step'")
        }
        state.step = Int(step)
        for index in state.buffers.indices {
            let shape = state.buffers[index].shape
            let values = try floats("\(name)/\(index)", shape)
            state.buffers[index] = Tensor(shape: shape, values: values)
            guard state.buffers[index].isFinite else {
                throw CheckpointDamage("'\(name)/\(index)' is not finite")
            }
        }
    }

    fileprivate mutating func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
        guard let tensor = removeValue(forKey: name), tensor.shape == shape,
            let floats = tensor.floats
        else {
            throw CheckpointDamage("state.safetensors lacks '\(name)' of shape \(shape) in F32")
        }
        return floats
    }

    fileprivate mutating func weights(
        of model: Model, below prefix: String
    ) throws -> ModelWeights {
        var weights = ModelWeights(
            parameters: Parameters(zerosFor: model.slots), buffers: model.initialBuffers)
        for slot in model.slots {
            weights.parameters[slot] = Tensor(
                shape: slot.shape, values: try floats(prefix + slot.name, slot.shape))
        }
        try take(&weights.buffers, below: prefix)
        return weights
    }

    fileprivate mutating func memory(_ name: String) -> TermMemory {
        TermMemory(encoded: removeValue(forKey: name)?.bytes ?? [])
    }
}
