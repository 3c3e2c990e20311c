import NeuralNetwork

/// The fusion by attention of *Distilling Knowledge via Knowledge Review* (Chen et al. 2021), as
/// its authors' code has it: of a learner's map and of what the deeper levels left.
struct AttentionFusion: Sendable {
    /// To the common number of channels: 1×1, without bias.
    private let conv1: Convolution
    private let bn1: BatchNormalization
    /// To the teacher's number of channels: 3×3, without bias.
    private let conv2: Convolution
    private let bn2: BatchNormalization
    /// How much of both a pixel takes; nil for the deepest level, which has nothing to fuse with.
    private let attention: Convolution?

    /// - Parameters:
    ///   - channels: of the learner's map, of what is passed on, and of the teacher's map.
    ///   - fuses: whether there is a deeper level.
    init(
        _ channels: (student: Int, middle: Int, teacher: Int), fuses: Bool,
        in builder: inout ModelBuilder
    ) {
        (conv1, bn1) = Self.normalized(
            "conv1", channels.student, channels.middle, Window(1), in: &builder)
        (conv2, bn2) = Self.normalized(
            "conv2", channels.middle, channels.teacher, Window(3, padding: 1), in: &builder)
        attention =
            fuses
            ? builder.scoped("att_conv") { builder in
                Convolution("0", 2 * channels.middle, 2, Window(1), in: &builder)
            } : nil
    }

    private static func normalized(
        _ name: String, _ channels: Int, _ filters: Int, _ window: Window,
        in builder: inout ModelBuilder
    ) -> (Convolution, BatchNormalization) {
        let (height, width) = window.kernel
        let bound = (3 / Float(channels * height * width)).squareRoot()
        return builder.scoped(name) { builder in
            (
                Convolution(
                    "0", channels, filters, window, bias: false,
                    initialization: .uniform(bound: bound), in: &builder),
                BatchNormalization("1", filters, in: &builder)
            )
        }
    }

    /// - Parameters:
    ///   - x: the learner's map.
    ///   - deeper: what the level below passed on.
    ///   - size: the teacher's height and width.
    /// - Returns: what imitates the teacher's map, and what is passed on.
    func callAsFunction(
        _ x: Variable, _ deeper: Variable?, to size: [Int], _ pass: ForwardPass
    ) -> (imitation: Variable, residual: Variable) {
        var x = bn1(conv1, of: x, pass)
        if let attention, let deeper {
            let shape = x.shape
            let sides = [x, deeper.resized(to: Array(shape.suffix(2)))].map { $0.pixelRows() }
            let both = Variable.concatenating(columns: sides)
                .images([shape[0], 2 * shape[1], shape[2], shape[3]])
            let shares = attention(both, pass).map(.sigmoid).pixelRows()
                .split(intoColumns: [1, 1])
            x = (sides[0] * shares[0] + sides[1] * shares[1]).images(shape)
        }
        x = x.resized(to: size)
        return (bn2(conv2, of: x, pass), x)
    }
}

extension Variable {
    /// Images N×C×H×W of another height and width, each pixel the nearest one as PyTorch's
    /// `interpolate` chooses it: ⌊i·H/H'⌋.
    fileprivate func resized(to size: [Int]) -> Variable {
        let (height, width) = (shape[2], shape[3])
        guard [height, width] != size else { return self }
        let places = (0..<size[0]).flatMap { y in
            (0..<size[1]).map { x in y * height / size[0] * width + x * width / size[1] }
        }
        let pixels = (0..<shape[0]).flatMap { image in
            places.map { image * height * width + $0 }
        }
        return pixelRows().selecting(rows: pixels).images(Array(shape.prefix(2)) + size)
    }
}
