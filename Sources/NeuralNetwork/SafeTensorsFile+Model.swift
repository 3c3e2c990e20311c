import Bytes

extension SafeTensorsFile {
    /// A model's weights, named as PyTorch's `state_dict` names it: parameters, and of each batch
    /// norm `running_mean`, `running_var` and `num_batches_tracked`; of each range of a quantised
    /// layer's input `input_min`, `input_max` and `input_batches`; of a generator that keeps
    /// finished samples `bank.samples` and how many batches were finished, `bank.finished`.
    public init(
        _ parameters: Parameters, _ buffers: Buffers, metadata: [String: String] = [:]
    ) {
        self.init(metadata: metadata.merging(["format": "pt"]) { own, _ in own })
        for slot in parameters.slots {
            tensors[slot.name] = SafeTensor(parameters[slot])
        }
        put(buffers)
    }

    /// Adds running moments, below a prefix of their names.
    public mutating func put(_ buffers: Buffers, below prefix: String = "") {
        for layer in buffers.layers {
            let (name, shape) = (prefix + layer.name, [layer.mean.count])
            tensors["\(name).running_mean"] = SafeTensor(floats: layer.mean, shape: shape)
            tensors["\(name).running_var"] = SafeTensor(floats: layer.variance, shape: shape)
            tensors["\(name).num_batches_tracked"] = SafeTensor(
                int64s: [Int64(layer.batches)], shape: [])
        }
        for range in buffers.ranges {
            let name = prefix + range.name
            tensors["\(name).input_min"] = SafeTensor(floats: [range.lowest], shape: [])
            tensors["\(name).input_max"] = SafeTensor(floats: [range.highest], shape: [])
            tensors["\(name).input_batches"] = SafeTensor(
                int64s: [Int64(range.batches)], shape: [])
        }
        if let bank = buffers.bank {
            tensors[prefix + SampleBank.samplesName] = SafeTensor(bank.stored)
            tensors[prefix + SampleBank.countName] = SafeTensor(
                int64s: [Int64(bank.finished)], shape: [])
        }
    }

    /// The parameters and running moments of `model`.
    ///
    /// - Throws: ``SafeTensorsError`` unless the file holds exactly the model's tensors, in its
    ///   shapes.
    public func state(
        of model: Model
    ) throws(SafeTensorsError) -> (parameters: Parameters, buffers: Buffers) {
        var remaining = tensors
        var parameters = Parameters(zerosFor: model.slots)
        for slot in model.slots {
            parameters[slot] = Tensor(
                shape: slot.shape, values: try remaining.takeFloats(slot.name, slot.shape))
        }
        var buffers = model.initialBuffers
        try remaining.take(&buffers)
        if let extra = remaining.keys.min() {
            throw SafeTensorsError("it holds '\(extra)', which the model does not have")
        }
        return (parameters, buffers)
    }
}

extension [String: SafeTensor] {
    /// Removes the tensors of running moments, below a prefix of their names.
    ///
    /// - Throws: ``SafeTensorsError`` where one is missing or has another shape.
    public mutating func take(
        _ buffers: inout Buffers, below prefix: String = ""
    ) throws(SafeTensorsError) {
        for index in buffers.layers.indices {
            try takeMoments(&buffers.layers[index], named: prefix + buffers.layers[index].name)
        }
        for index in buffers.ranges.indices {
            try takeRange(&buffers.ranges[index], named: prefix + buffers.ranges[index].name)
        }
        if let shape = buffers.bank?.storedShape {
            let samples = try takeFloats(prefix + SampleBank.samplesName, shape)
            let finished = try takeCount(prefix + SampleBank.countName)
            try buffers.bank?.restore(samples, finished: finished)
        }
    }

    private mutating func takeRange(
        _ range: inout Buffers.Range, named name: String
    ) throws(SafeTensorsError) {
        range.lowest = try takeFloats("\(name).input_min", [])[0]
        range.highest = try takeFloats("\(name).input_max", [])[0]
        range.batches = try takeCount("\(name).input_batches")
    }

    private mutating func takeCount(_ name: String) throws(SafeTensorsError) -> Int {
        guard let stored = try take(name, []).int64s?.first, let count = Int(exactly: stored) else {
            throw SafeTensorsError("'\(name)' is not I64")
        }
        return count
    }

    private mutating func takeMoments(
        _ layer: inout Buffers.Channels, named name: String
    ) throws(SafeTensorsError) {
        let shape = [layer.mean.count]
        layer.mean = try takeFloats("\(name).running_mean", shape)
        layer.variance = try takeFloats("\(name).running_var", shape)
        layer.batches = try takeCount("\(name).num_batches_tracked")
    }

    fileprivate mutating func takeFloats(
        _ name: String, _ shape: [Int]
    ) throws(SafeTensorsError) -> [Float] {
        guard let floats = try take(name, shape).floats else {
            throw SafeTensorsError("'\(name)' is not F32")
        }
        return floats
    }

    fileprivate mutating func take(
        _ name: String, _ shape: [Int]
    ) throws(SafeTensorsError) -> SafeTensor {
        guard let tensor = removeValue(forKey: name) else {
            throw SafeTensorsError("it lacks '\(name)', which the model has")
        }
        guard tensor.shape == shape else {
            throw SafeTensorsError(
                "'\(name)' has the shape \(tensor.shape), the model's has \(shape)")
        }
        return tensor
    }
}
