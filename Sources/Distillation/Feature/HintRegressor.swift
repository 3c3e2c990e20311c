import NeuralNetwork

/// From a learner's map to the shape of its teacher's.
protocol HintRegressor: Sendable {
    /// N×C×H×W of the learner to N×C×H×W of the teacher.
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable
}

/// The shapes of both sides of a hint.
struct HintShapes {
    /// N×C×H×W.
    let student: [Int]
    /// N×C×H×W.
    let teacher: [Int]

    var channels: (student: Int, teacher: Int) { (student[1], teacher[1]) }

    /// Whether the learner's height and width are `times` the teacher's.
    func studentIs(_ times: Int) -> Bool {
        student[2] == times * teacher[2] && student[3] == times * teacher[3]
    }

    /// Whether the learner's height and width are half the teacher's.
    var studentIsHalf: Bool {
        2 * student[2] == teacher[2] && 2 * student[3] == teacher[3]
    }

    /// The window that fits into the learner's image as often as the teacher's has pixels:
    /// s − t + 1 lines and columns; nil where the learner's image is smaller.
    var window: Window? {
        let (height, width) = (student[2] - teacher[2] + 1, student[3] - teacher[3] + 1)
        return height > 0 && width > 0 ? Window(height: height, width: width) : nil
    }
}

/// The regressor of the paper: a convolution of s − t + 1 lines and columns, and the function by
/// which the teacher's layer ends.
struct PaperRegressor: HintRegressor {
    private let convolution: Convolution
    private let function: Activation?

    /// - Returns: nil where the learner's image is smaller than the teacher's.
    init?(_ shapes: HintShapes, _ function: Activation?, in builder: inout ModelBuilder) {
        guard let window = shapes.window else { return nil }
        let channels = shapes.channels
        convolution = Convolution(
            "regressor", channels.student, channels.teacher, window, in: &builder)
        self.function = function
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let y = convolution(x, pass)
        return function.map { $0(y) } ?? y
    }
}

/// The regressor of RepDistiller and mdistiller (`ConvReg`): a convolution, batch norm and ReLU.
///
/// The convolution is 3×3 of stride 2 where it halves the image, a transposed 4×4 of stride 2 where
/// it doubles it, and otherwise of s − t + 1 lines and columns: 1×1 for equal sizes.
struct BenchmarkRegressor: HintRegressor {
    private enum Layer: Sendable {
        case plain(Convolution)
        case transposed(TransposedConvolution)
    }

    private let layer: Layer
    private let norm: BatchNormalization

    /// - Returns: nil where the learner's image is smaller than the teacher's, and not half of it.
    init?(_ shapes: HintShapes, in builder: inout ModelBuilder) {
        guard shapes.studentIsHalf || shapes.window != nil else { return nil }
        (layer, norm) = builder.scoped("regressor") { builder in
            (
                Self.layer(shapes, in: &builder),
                BatchNormalization("bn", shapes.channels.teacher, in: &builder)
            )
        }
    }

    private static func layer(_ shapes: HintShapes, in builder: inout ModelBuilder) -> Layer {
        let channels = shapes.channels
        if shapes.studentIsHalf {
            return .transposed(
                TransposedConvolution(
                    "conv", channels.student, channels.teacher, Window(4, stride: 2, padding: 1),
                    in: &builder))
        }
        let halving = shapes.studentIs(2) ? Window(3, stride: 2, padding: 1) : nil
        return .plain(
            Convolution(
                "conv", channels.student, channels.teacher, halving ?? shapes.window ?? Window(1),
                in: &builder))
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        switch layer {
        case .plain(let convolution): norm(convolution, of: x, pass, isRectified: true)
        case .transposed(let convolution): norm(convolution(x, pass), pass, isRectified: true)
        }
    }
}
