import Bytes
import NeuralNetwork

/// Gradients in a checkpoint: `accumulated/PLACE/sum` and `accumulated/PLACE/batches`, the model at
/// place 0 and the parameter groups from 1 on, and `accumulated/left-out`.
extension AccumulatedGradients {
    /// Their tensors by name; none where nothing was collected.
    var tensors: [String: SafeTensor] {
        guard !isEmpty else { return [:] }
        var tensors: [String: SafeTensor] = [:]
        for (place, sum) in sums {
            tensors["accumulated/\(place)/sum"] = SafeTensor(sum.total)
            tensors["accumulated/\(place)/batches"] = SafeTensor(
                int64s: [Int64(sum.batches)], shape: [])
        }
        tensors["accumulated/left-out"] = SafeTensor(
            int64s: leftOut.sorted().map { Int64($0) }, shape: [leftOut.count])
        return tensors
    }

    /// Takes them from the tensors of a checkpoint.
    ///
    /// - Parameter counts: how many numbers the gradient of each place has.
    /// - Throws: ``CheckpointDamage`` where a sum is of another form.
    init(taking tensors: inout [String: SafeTensor], counts: [Int]) throws(CheckpointDamage) {
        self.init()
        let leftOut = tensors.removeValue(forKey: "accumulated/left-out")?.int64s ?? []
        var sums: [Int: Sum] = [:]
        for (place, count) in counts.enumerated() {
            let name = "accumulated/\(place)"
            guard let total = tensors.removeValue(forKey: "\(name)/sum") else { continue }
            guard total.shape == [count], let values = total.floats,
                let batches = tensors.removeValue(forKey: "\(name)/batches")?.int64s?.first
            else { throw CheckpointDamage("state.safetensors holds '\(name)' in another form") }
            sums[place] = Sum(
                batches: Int(batches), total: Tensor(shape: [count], values: values))
        }
        self.init(sums: sums, leftOut: Set(leftOut.map { Int($0) }))
    }

    /// Whether every number is finite.
    var isFinite: Bool { sums.values.allSatisfy(\.total.isFinite) }
}
