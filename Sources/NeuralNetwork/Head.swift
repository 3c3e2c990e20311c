/// What makes logits of the output of a net's last stage, or of the last that its branches share.
protocol Head: Sendable {
    /// N×channels×H×W to N×classes; fills the pass's taps.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable
}

/// The global average and a linear layer over it: taps `features`, and `classes`, the class
/// activation maps.
struct LinearHead: Head {
    private let fc: Linear

    /// Declares the linear layer `fc`.
    init(_ inputs: Int, classes: Int, in builder: inout ModelBuilder) {
        fc = Linear("fc", inputs, classes, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let features = x.globalAveragePool()
        pass.tap("features", features, after: .relu)
        pass.tap("classes", whenAsked: fc.ofPixels(x, pass))
        return fc(features, pass)
    }
}
