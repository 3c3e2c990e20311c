import Options

/// A trained student, and an assistant that adds to the student's last map what this lacks of the
/// teacher's, as in *Residual Knowledge Distillation* (Gao et al. 2020).
///
/// The student's layers stay as they are, in evaluation mode. The assistant's last map passes a
/// batch normalization, since what the student lacks may be negative. Its scale begins at 0: before
/// its first step the pair computes what the student computes. The classifier of the sum begins as
/// the student's and is trained on.
///
/// Names: the student's own; the assistant's below `assistant`, the normalization there `residual`.
/// Taps: `map`, the sum; `features`, its global average; `classes`.
public struct ResidualPair: Architecture {
    private let student: any Architecture
    private let assistant: any Architecture

    /// A pair of two nets whose last maps have one shape.
    public init(student: any Architecture, assistant: any Architecture) {
        (self.student, self.assistant) = (student, assistant)
    }

    /// - Throws: ``SettingError`` where one of the two does not end by a linear layer over the
    ///   global average of a map, or their maps differ in shape.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let main = try builder.owned(by: .frozen) { (builder) throws(SettingError) in
            try Trunk(of: student, input: input, title: "the student", in: &builder)
        }
        let (other, norm) = try builder.scoped("assistant") { (builder) throws(SettingError) in
            let other = try Trunk(
                of: assistant, input: input, title: "the assistant", in: &builder)
            let norm = BatchNormalization("residual", other.shape[0], scale: 0, in: &builder)
            return (other, norm)
        }
        guard main.shape == other.shape else {
            throw SettingError(
                "the student's last map is \(main.shape.sizeText), the assistant's"
                    + " \(other.shape.sizeText), and they are added: give both one width")
        }
        let classifier = builder.owned(by: .borrowed) { builder in
            Linear(main.classifier.name, main.shape[0], classes, in: &builder)
        }
        return Layers(
            student: main.network, assistant: other.network, norm: norm, classifier: classifier)
    }

    private struct Layers: Network {
        let student: any Network
        let assistant: any Network
        let norm: BatchNormalization
        let classifier: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let own = pass.frozen { student(x, $0) }
            let residual = norm(assistant(x, pass), pass)
            let map = own + residual
            pass.clearTaps()
            pass.tap("map", map, after: nil)
            let features = map.globalAveragePool()
            pass.tap("features", features, after: nil)
            pass.tap("classes", whenAsked: classifier.ofPixels(map, pass))
            return classifier(features, pass)
        }
    }
}
