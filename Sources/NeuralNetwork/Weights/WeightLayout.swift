import Bytes

/// The names and shapes of a model's tensors, as a file holds them.
struct WeightLayout {
    /// The shape of each tensor that a file must hold.
    let shapes: [String: [Int]]
    /// The counters of batch normalizations, which old files lack.
    let counters: Set<String>
    /// What a quantised model has beside the tensors of the same model of floats.
    let quantization: Set<String>
    /// In the order of the model.
    let names: [String]
    /// How many logits the model has.
    let classes: Int

    init(of model: Model) {
        self.init(of: model, without: [])
    }

    /// - Parameter absent: names of tensors that the file need not have.
    private init(of model: Model, without absent: Set<String>) {
        let buffers = model.initialBuffers
        var names: [(String, [Int])] = model.slots.map { ($0.name, $0.shape) }
        for layer in buffers.layers {
            let shape = [layer.mean.count]
            names += [("\(layer.name).running_mean", shape), ("\(layer.name).running_var", shape)]
        }
        for range in buffers.ranges {
            names += [("\(range.name).input_min", []), ("\(range.name).input_max", [])]
        }
        if let bank = buffers.bank {
            names.append((SampleBank.samplesName, bank.storedShape))
        }
        names.removeAll { absent.contains($0.0) }
        self.names = names.map(\.0)
        shapes = Dictionary(names, uniquingKeysWith: { $1 })
        let ranges = buffers.ranges.map { "\($0.name).input_batches" }
        counters = Set(buffers.layers.map { "\($0.name).num_batches_tracked" })
            .union(ranges).union(buffers.bank.map { _ in [SampleBank.countName] } ?? [])
            .subtracting(absent)
        quantization = Set(model.quantization?.parameterNames(of: model.slots) ?? [])
            .union(buffers.ranges.flatMap { ["\($0.name).input_min", "\($0.name).input_max"] })
            .union(ranges)
        classes = model.classes
    }

    /// The layout of a file that may hold weights of the same model of floats: then without what
    /// its quantisation adds.
    ///
    /// - Returns: nil where the file holds what the quantisation adds, or the model has none.
    static func ofFloats(_ model: Model, tensors: [String: SafeTensor]) -> WeightLayout? {
        let added = WeightLayout(of: model).quantization
        guard !added.isEmpty, added.isDisjoint(with: tensors.keys) else { return nil }
        return WeightLayout(of: model, without: added)
    }

    /// Whether the model has a tensor of this name.
    func has(_ name: String) -> Bool { shapes[name] != nil || counters.contains(name) }
}
