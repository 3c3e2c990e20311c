import Options

/// A student that classifies by its teacher's last layer, as in *Knowledge Distillation with the
/// Reused Teacher Classifier* (Chen et al. 2022), SimKD.
///
/// A projector makes a map of the teacher's width of the student's last map: convolutions 1×1, 3×3
/// and 1×1, each with batch normalization and ReLU, the inner ones `factor` times narrower. A
/// student's map that is larger than the teacher's is averaged first. The classifier stays the
/// teacher's.
///
/// Names: the student's own; `projector.0`, `.1`, `.3`, `.4`, `.6`, `.7`, as in the authors' code;
/// the teacher's classifier, such as `fc`. Taps: the student's; `map`, behind the projector.
public struct ReusedClassifier: Architecture {
    private let student: any Architecture
    private let teacher: any Architecture
    private let factor: Int

    /// - Parameter factor: by how much narrower the projector is inside than the teacher's map.
    public init(student: any Architecture, teacher: any Architecture, factor: Int = 2) {
        (self.student, self.teacher, self.factor) = (student, teacher, factor)
    }

    /// - Throws: ``SettingError`` where one of the two does not end by a linear layer over the
    ///   global average of a map, or their maps do not fit.
    public func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        let own = try Trunk(of: student, input: input, title: "the model", in: &builder)
        var aside = ModelBuilder()
        let other = try Trunk(
            of: teacher, input: input, title: "the model of the classifier", in: &aside)
        guard let shrinkage = Self.shrinkage(from: own.shape, to: other.shape) else {
            throw SettingError(
                "the last map of the model is \(own.shape.sizeText), that before the classifier"
                    + " \(other.shape.sizeText): the larger height and width must be a whole"
                    + " multiple of the other")
        }
        guard other.classifier.channels >= factor else {
            throw SettingError(
                "the classifier's map has \(other.classifier.channels) channels, too few for a"
                    + " factor of \(factor)")
        }
        let projector = Self.projector(
            from: own.shape[0], to: other.shape[0], factor: factor, in: &builder)
        let classifier = builder.owned(by: .frozen) { builder in
            Linear(other.classifier.name, other.shape[0], classes, in: &builder)
        }
        return Layers(
            trunk: own.network, shrinkage: shrinkage, projector: projector, classifier: classifier)
    }

    private static func projector(
        from inputs: Int, to outputs: Int, factor: Int, in builder: inout ModelBuilder
    ) -> [NormalizedConvolution] {
        let inner = outputs / factor
        let plan = [
            (inputs, inner, Window(1)), (inner, inner, Window(3, padding: 1)),
            (inner, outputs, Window(1)),
        ]
        return builder.scoped("projector") { builder in
            plan.enumerated().map { index, layer in
                NormalizedConvolution(layer.0, layer.1, layer.2, at: 3 * index, in: &builder)
            }
        }
    }

    /// By what factor a map C×H×W shrinks to the height and width of another; 1 where it is not the
    /// larger one. Nil where neither is a whole multiple of the other.
    private static func shrinkage(from own: [Int], to wanted: [Int]) -> Int? {
        poolingFactor(from: own, to: wanted) ?? poolingFactor(from: wanted, to: own).map { _ in 1 }
    }

    private struct Layers: Network {
        let trunk: any Network
        let shrinkage: Int
        let projector: [NormalizedConvolution]
        let classifier: Linear

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            let own = trunk(x, pass)
            let sized =
                shrinkage == 1
                ? own : own.averagePool(Window(shrinkage, stride: shrinkage))
            let map = projector.reduce(sized) { $1.rectified($0, pass) }
            pass.tap("map", map, after: .relu)
            let features = map.globalAveragePool()
            pass.tap("features", features, after: .relu)
            return pass.frozen { pass in
                pass.tap("classes", whenAsked: classifier.ofPixels(map, pass))
                return classifier(features, pass)
            }
        }
    }
}

extension [Int] {
    /// `16×8×8`.
    var sizeText: String { map(String.init).joined(separator: "×") }
}
