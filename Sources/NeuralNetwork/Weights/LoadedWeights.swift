import Bytes

/// The weights of a model as a file gave them.
public struct LoadedWeights: Sendable {
    /// What the model learns.
    public let parameters: Parameters
    /// Its running moments.
    public let buffers: Buffers
    /// The metadata of the file.
    public let metadata: [String: String]
    /// What was done to fit the file to the model, for people; empty where it fits as it is.
    public let remarks: [String]
}

extension SafeTensorsFile {
    /// The weights of a model, from a file that this program or another one wrote.
    ///
    /// Floats of 16 and 64 bits are converted, and a prefix that all names have is taken off; both
    /// is remarked on.
    ///
    /// - Parameter prefix: what the names of the model's tensors begin with, where the file holds
    ///   others too; these are left out. Nil finds out what all names begin with.
    /// - Throws: ``SafeTensorsError`` that lists everything that does not fit.
    public func weights(
        of model: Model, prefix: String? = nil
    ) throws(SafeTensorsError) -> LoadedWeights {
        let named = try WeightNames(self, of: model, prefix: prefix)
        let floats = WeightLayout.ofFloats(model, tensors: named.tensors)
        let layout = floats ?? WeightLayout(of: model)
        let mismatches = WeightMismatches(of: named.tensors, layout)
        guard mismatches.isEmpty else { throw SafeTensorsError(mismatches.text(after: named.hint)) }
        var conversion = WeightConversion(named.tensors)
        var parameters = Parameters(zerosFor: model.slots)
        for slot in model.slots where layout.has(slot.name) {
            parameters[slot] = Tensor(
                shape: slot.shape, values: try conversion.floats(slot.name))
        }
        var buffers = model.initialBuffers
        for index in buffers.layers.indices { try conversion.moments(&buffers.layers[index]) }
        if buffers.bank != nil { try conversion.bank(&buffers.bank) }
        var remarks = named.remarks + conversion.remarks
        if floats == nil {
            for index in buffers.ranges.indices { try conversion.range(&buffers.ranges[index]) }
        } else {
            model.quantization?.startWeights(&parameters)
            remarks.append(
                "weights of floats: training gives the quantisation its scales, from the first"
                    + " batch on")
        }
        return LoadedWeights(
            parameters: parameters, buffers: buffers, metadata: metadata, remarks: remarks)
    }
}

/// Turns tensors into the numbers of a model, and collects what is worth a remark.
private struct WeightConversion {
    private let tensors: [String: SafeTensor]
    /// The types that were converted, and how many tensors had them.
    private var converted: [SafeTensor.DType: Int] = [:]
    private var uncounted = 0

    init(_ tensors: [String: SafeTensor]) { self.tensors = tensors }

    var remarks: [String] {
        let types = converted.sorted { $0.key.rank < $1.key.rank }.map { type, count in
            "\(count) tensor\(count == 1 ? "" : "s") of \(type.rawValue)"
                + (type == .f64 ? " rounded" : " widened") + " to F32"
        }
        return types
            + (uncounted == 0
                ? [] : ["\(uncounted) num_batches_tracked missing, and taken as 0"])
    }

    mutating func floats(_ name: String) throws(SafeTensorsError) -> [Float] {
        guard let tensor = tensors[name], let floats = tensor.floatsOfAnySize else {
            preconditionFailure("the mismatches were looked for before")
        }
        if tensor.dtype != .f32 { converted[tensor.dtype, default: 0] += 1 }
        if let index = floats.firstIndex(where: { !$0.isFinite }) {
            let tooLarge = tensor.doubles?[index].isFinite == true
            throw SafeTensorsError(
                "'\(name)' holds \(tooLarge ? "a number too large for F32" : "\(floats[index])") at"
                    + " element \(index) of \(floats.count), with which no model can compute; take"
                    + " weights from before the training diverged")
        }
        return floats
    }

    mutating func range(_ range: inout Buffers.Range) throws(SafeTensorsError) {
        range.lowest = try floats("\(range.name).input_min")[0]
        range.highest = try floats("\(range.name).input_max")[0]
        guard range.lowest <= range.highest else {
            throw SafeTensorsError(
                "'\(range.name).input_min' is \(range.lowest), above the input_max"
                    + " \(range.highest); the file is damaged")
        }
        range.batches = tensors["\(range.name).input_batches"]?.count.map { max($0, 0) } ?? 1
    }

    mutating func bank(_ bank: inout SampleBank?) throws(SafeTensorsError) {
        guard let finished = tensors[SampleBank.countName]?.count else {
            throw SafeTensorsError("'\(SampleBank.countName)' is no count")
        }
        try bank?.restore(try floats(SampleBank.samplesName), finished: finished)
    }

    mutating func moments(_ layer: inout Buffers.Channels) throws(SafeTensorsError) {
        layer.mean = try floats("\(layer.name).running_mean")
        layer.variance = try floats("\(layer.name).running_var")
        if let index = layer.variance.firstIndex(where: { $0 < 0 }) {
            throw SafeTensorsError(
                "'\(layer.name).running_var' holds \(layer.variance[index]) at element \(index), and"
                    + " no variance is negative; the file is damaged, or of another kind of layer")
        }
        guard let tensor = tensors["\(layer.name).num_batches_tracked"] else {
            uncounted += 1
            return
        }
        guard let count = tensor.count, count >= 0 else {
            throw SafeTensorsError(
                "'\(layer.name).num_batches_tracked' is no count: \(tensor.dtype.rawValue)"
                    + " \(tensor.shape)")
        }
        layer.batches = count
    }
}
