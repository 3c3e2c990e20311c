/// The names and shapes of a model's tensors, as a file holds them.
struct WeightLayout {
    /// The shape of each tensor that a file must hold.
    let shapes: [String: [Int]]
    /// The counters of batch normalizations, which old files lack.
    let counters: Set<String>
    /// In the order of the model.
    let names: [String]
    /// How many logits the model has.
    let classes: Int

    init(of model: Model) {
        var names: [(String, [Int])] = model.slots.map { ($0.name, $0.shape) }
        for layer in model.initialBuffers.layers {
            let shape = [layer.mean.count]
            names += [("\(layer.name).running_mean", shape), ("\(layer.name).running_var", shape)]
        }
        self.names = names.map(\.0)
        shapes = Dictionary(names, uniquingKeysWith: { $1 })
        counters = Set(model.initialBuffers.layers.map { "\($0.name).num_batches_tracked" })
        classes = model.classes
    }

    /// Whether the model has a tensor of this name.
    func has(_ name: String) -> Bool { shapes[name] != nil || counters.contains(name) }
}
