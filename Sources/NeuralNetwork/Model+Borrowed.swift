extension Model {
    /// Copies the parts that the model has from another learner's model.
    ///
    /// - Parameters:
    ///   - source: the other learner's weights.
    ///   - parameters: of this model, changed in its borrowed parts.
    ///   - buffers: likewise.
    /// - Precondition: the other model has every part that this one takes of it, as it has where
    ///   both were built of the same architecture and number of classes.
    public func takeParts(
        of source: (parameters: Parameters, buffers: Buffers),
        into parameters: inout Parameters, _ buffers: inout Buffers
    ) {
        for slot in slots where borrowed.contains(slot.name) {
            guard let other = source.parameters.slots.first(where: { $0.name == slot.name }) else {
                preconditionFailure("the other model has '\(slot.name)'")
            }
            parameters[slot] = source.parameters[other]
        }
        for place in buffers.layers.indices where borrowed.contains(buffers.layers[place].name) {
            let name = buffers.layers[place].name
            guard let other = source.buffers.layers.first(where: { $0.name == name }) else {
                preconditionFailure("the other model has '\(name)'")
            }
            buffers.layers[place] = other
        }
    }
}
