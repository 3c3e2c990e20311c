/// A part of a network from images to images.
protocol Block: Sendable {
    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable
}

/// Blocks of one width, `layer1.0`, `layer1.1`, …; the first may halve the image. A tap of its name
/// gives its output, and one of its first block's name that block's, where others follow; unless
/// another branch's stage has these taps.
struct ResidualStage: Block {
    /// Nil where its output is no tap.
    private let tap: String?
    private let blocks: [any Block]
    private let function: Activation?

    /// Makes a block of a number of input and output channels and a stride.
    typealias MakeBlock = (Int, Int, Int, inout ModelBuilder) -> any Block

    private init(
        _ name: String, hasTap: Bool, count: Int, from inputs: Int, to outputs: Int, stride: Int,
        after function: Activation?, in builder: inout ModelBuilder, block: MakeBlock
    ) {
        tap = hasTap ? name : nil
        self.function = function
        blocks = builder.scoped(name) { builder in
            (0..<count).map { index in
                builder.scoped("\(index)") { builder in
                    index == 0
                        ? block(inputs, outputs, stride, &builder)
                        : block(outputs, outputs, 1, &builder)
                }
            }
        }
    }

    /// The stages of a residual net, `layer1`, `layer2`, …: widths w, 2w, 4w, …, strides 1, 2, 2, …
    ///
    /// - Parameters:
    ///   - counts: how many blocks each stage has.
    ///   - function: by which a block ends; nil for one that ends by a sum.
    static func chain(
        of counts: [Int], from inputs: Int, width: Int, after function: Activation?,
        in builder: inout ModelBuilder, block: MakeBlock
    ) -> [ResidualStage] {
        counts.indices.map { index in
            stage(
                index, of: counts, from: inputs, width: width, after: function, in: &builder,
                block: block)
        }
    }

    /// One stage of a ``chain(of:from:width:after:in:block:)``.
    ///
    /// - Parameters:
    ///   - index: counted from 0.
    ///   - hasTap: whether its output is a tap of its name.
    static func stage(
        _ index: Int, of counts: [Int], from inputs: Int, width: Int, after function: Activation?,
        hasTap: Bool = true, in builder: inout ModelBuilder, block: MakeBlock
    ) -> ResidualStage {
        ResidualStage(
            "layer\(index + 1)", hasTap: hasTap, count: counts[index],
            from: index == 0 ? inputs : width << (index - 1), to: width << index,
            stride: index == 0 ? 1 : 2, after: function, in: &builder, block: block)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        var y = x
        for (index, block) in blocks.enumerated() {
            y = block(y, pass)
            guard let tap, index == 0 || index == blocks.count - 1 else { continue }
            pass.tap(index == blocks.count - 1 ? tap : "\(tap).0", y, after: function)
        }
        return y
    }
}

extension [ResidualStage] {
    /// Exits after each stage of a chain but the last.
    ///
    /// - Parameter width: channels of the first stage's output.
    func exits(width: Int, classes: Int, in builder: inout ModelBuilder) -> ImageExits {
        let stages = indices.map { stage in
            ImageExits.Stage(channels: width << stage, stride: stage == 0 ? 1 : 2)
        }
        return ImageExits(after: stages, classes: classes, in: &builder)
    }
}
