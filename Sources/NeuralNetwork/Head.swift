/// What makes logits of the output of a net's last stage, or of the last that its branches share.
protocol Head: Sendable {
    /// N×channels×H×W to N×classes; fills the pass's taps.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable
}

/// The global average and a linear layer over it: taps `map`, what is averaged; `features`, the
/// average; and `classes`, the class activation maps. Of a ``Trunk`` it leaves the map as it is.
struct LinearHead: Head {
    /// Nil in a trunk.
    private let fc: Linear?

    /// Declares the linear layer, unless a trunk is built.
    init(
        _ inputs: Int, classes: Int, named name: String = "fc", in builder: inout ModelBuilder
    ) {
        fc =
            builder.endTrunk(before: name, channels: inputs)
            ? nil : Linear(name, inputs, classes, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        guard let fc else { return x }
        pass.tap("map", x, after: .relu)
        let features = x.globalAveragePool()
        pass.tap("features", features, after: .relu)
        pass.tap("classes", whenAsked: fc.ofPixels(x, pass))
        return fc(features, pass)
    }
}
