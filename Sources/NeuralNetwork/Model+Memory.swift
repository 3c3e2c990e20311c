/// How many numbers a model computes between its input and its logits, for one sample.
public struct ActivationCounts: Hashable, Sendable {
    /// Those that a training step keeps until its gradients are computed: the input of each
    /// operation.
    public let kept: Int
    /// The largest input of an operation.
    public let largest: Int
}

extension Model {
    /// The sizes of what lies between the layers.
    public var activations: ActivationCounts {
        let sizes = meteredSample.entries.map { entry in
            (calls: entry.calls, size: entry.operands.first?.reduce(1, *) ?? 0)
        }
        return ActivationCounts(
            kept: sizes.reduce(0) { $0 + $1.calls * $1.size },
            largest: sizes.map(\.size).max() ?? 0)
    }
}
