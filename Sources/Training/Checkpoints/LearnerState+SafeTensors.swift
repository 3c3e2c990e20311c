import Distillation
import NeuralNetwork

/// What a checkpoint keeps beside the weights.
extension LearnerState {
    /// The optimisers' memories, what the edges learn, what the terms of the loss remember, and what
    /// stands in for teachers that are late.
    ///
    /// `optimizer/0` and on are laid out as ``Parameters/flat`` is; `edges/NAME` is what the edges
    /// learn, `edge-optimizer/0` their optimiser's; `memory/TERM` is the JSON of a ``TermMemory`` in
    /// U8. `bank/TEACHER/TENSOR/rows` is the latest that a teacher said of N samples, N×…;
    /// `…/samples` are their numbers, ascending, and `…/steps` the steps that the rows are of, both N
    /// in I64.
    package var memory: SafeTensorsFile {
        var file = SafeTensorsFile(metadata: ["format": "pt"])
        file.put(optimizer, as: "optimizer")
        file.put(edgeOptimizer, as: "edge-optimizer")
        for slot in edges.slots { file.tensors["edges/\(slot.name)"] = SafeTensor(edges[slot]) }
        for (term, memory) in memories where !memory.isEmpty {
            guard let bytes = try? memory.encoded() else {
                preconditionFailure("what a term remembers has a JSON form")
            }
            file.tensors["memory/\(term)"] = SafeTensor(.u8, shape: [bytes.count], bytes: bytes)
        }
        file.put(bank)
        return file
    }

    /// Takes everything from a checkpoint's two files.
    ///
    /// - Parameter model: whose weights they are.
    /// - Throws: `SafeTensorsError` or ``CheckpointDamage`` unless they hold exactly what this state
    ///   holds, in its shapes, and finite.
    package mutating func restore(
        weights: SafeTensorsFile, memory: SafeTensorsFile, of model: Model, step: Int
    ) throws {
        (parameters, buffers) = try weights.state(of: model)
        var rest = memory.tensors
        try rest.take("optimizer", into: &optimizer)
        try rest.take("edge-optimizer", into: &edgeOptimizer)
        for slot in edges.slots {
            edges[slot] = Tensor(
                shape: slot.shape, values: try rest.floats("edges/\(slot.name)", slot.shape))
        }
        memories = [:]
        for name in rest.keys where name.hasPrefix("memory/") {
            memories[String(name.dropFirst("memory/".count))] = try rest.memory(name)
        }
        bank = try rest.bank(before: step)
        guard rest.isEmpty else {
            throw CheckpointDamage(
                "state.safetensors holds '\(rest.keys.min()!)', which is unknown")
        }
        let moments = buffers.layers.flatMap { $0.mean + $0.variance }
        guard parameters.flat.isFinite, edges.flat.isFinite, moments.allSatisfy(\.isFinite) else {
            throw CheckpointDamage("its numbers are not finite")
        }
        self.step = step
    }
}

extension SafeTensorsFile {
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

    fileprivate mutating func memory(_ name: String) throws -> TermMemory {
        guard let tensor = removeValue(forKey: name), tensor.dtype == .u8,
            tensor.shape.count == 1, !tensor.bytes.isEmpty
        else { throw CheckpointDamage("'\(name)' is no row of U8") }
        return TermMemory(encoded: tensor.bytes)
    }
}
