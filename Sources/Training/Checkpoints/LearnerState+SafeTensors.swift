import Distillation
import NeuralNetwork

/// What a checkpoint keeps beside the weights.
extension LearnerState {
    /// The optimisers' memories, what the edges learn, the covariances of errors, reputations, and what
    /// stands in for teachers that are late.
    ///
    /// `optimizer/0` and on are laid out as ``Parameters/flat`` is; `edges/NAME` is what the edges
    /// learn, `edge-optimizer/0` their optimiser's; `covariance/TERM` is a square of F64; `reputation/TERM/TEACHER` are the
    /// two sums of a ``Reputation`` in F64. `bank/TEACHER/TENSOR/rows` is the latest that a teacher said of
    /// N samples, N×…; `…/samples` are their numbers, ascending, and `…/steps` the steps that the rows are
    /// of, both N in I64.
    package var memory: SafeTensorsFile {
        var file = SafeTensorsFile(metadata: ["format": "pt"])
        file.put(optimizer, as: "optimizer")
        file.put(edgeOptimizer, as: "edge-optimizer")
        for slot in edges.slots { file.tensors["edges/\(slot.name)"] = SafeTensor(edges[slot]) }
        for (term, rows) in errorCovariances {
            file.tensors["covariance/\(term)"] = SafeTensor(
                doubles: rows.flatMap(\.self), shape: [rows.count, rows.count])
        }
        for (term, teachers) in reputations {
            for (teacher, reputation) in teachers {
                file.tensors["reputation/\(term)/\(teacher)"] = SafeTensor(
                    doubles: [reputation.total, reputation.weight], shape: [2])
            }
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
        errorCovariances = [:]
        for name in rest.keys where name.hasPrefix("covariance/") {
            errorCovariances[String(name.dropFirst("covariance/".count))] = try rest.square(name)
        }
        reputations = [:]
        for name in rest.keys where name.hasPrefix("reputation/") {
            let path = name.dropFirst("reputation/".count)
            guard let slash = path.lastIndex(of: "/") else { continue }
            let teacher = String(path[slash...].dropFirst())
            reputations[String(path[..<slash]), default: [:]][teacher] = try rest.reputation(name)
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

    fileprivate mutating func reputation(_ name: String) throws -> Reputation {
        guard let tensor = removeValue(forKey: name), let sums = tensor.doubles,
            tensor.shape == [2], sums.allSatisfy(\.isFinite)
        else { throw CheckpointDamage("'\(name)' is not two finite F64") }
        return Reputation(total: sums[0], weight: sums[1])
    }

    fileprivate mutating func square(_ name: String) throws -> [[Double]] {
        guard let tensor = removeValue(forKey: name), let values = tensor.doubles,
            tensor.shape.count == 2, tensor.shape[0] == tensor.shape[1],
            values.allSatisfy(\.isFinite)
        else { throw CheckpointDamage("'\(name)' is not a square of finite F64") }
        let size = tensor.shape[0]
        return (0..<size).map { Array(values[$0 * size..<($0 + 1) * size]) }
    }
}
