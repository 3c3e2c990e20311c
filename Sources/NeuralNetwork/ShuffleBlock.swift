/// A block of ShuffleNet V2 (Ma et al. 2018): two branches whose channels are interleaved at the
/// end.
///
/// One that keeps the image passes half of its channels by; one that halves it takes all through
/// both branches.
struct ShuffleBlock: Block {
    /// Absent where half of the channels pass by.
    private let side: Side?
    private let main: Main

    /// Halves the image.
    init(reducing inputs: Int, to outputs: Int, in builder: inout ModelBuilder) {
        side = builder.scoped("branch1") { builder in
            Side(inputs, outputs / 2, in: &builder)
        }
        main = builder.scoped("branch2") { builder in
            Main(inputs, outputs / 2, stride: 2, in: &builder)
        }
    }

    /// Keeps the image's size and the number of its channels.
    init(keeping channels: Int, in builder: inout ModelBuilder) {
        side = nil
        main = builder.scoped("branch2") { builder in
            Main(channels / 2, channels / 2, stride: 1, in: &builder)
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        if let side { return Self.interleaved(side(x, pass), main(x, pass)) }
        let half = x.shape[1] / 2
        return Self.interleaved(
            x.channels(0..<half), main(x.channels(half..<2 * half), pass))
    }

    /// Channels of two images of one shape in turn.
    private static func interleaved(_ a: Variable, _ b: Variable) -> Variable {
        let (n, channels, height, width) = (a.shape[0], a.shape[1], a.shape[2], a.shape[3])
        let both = Variable.concatenating([a, b]).reshaped([2, n, channels, height, width])
        return both.permuted([1, 2, 0, 3, 4]).reshaped([n, 2 * channels, height, width])
    }

    private struct Side: Block {
        let depthwise: NormalizedConvolution
        let pointwise: NormalizedConvolution

        init(_ inputs: Int, _ outputs: Int, in builder: inout ModelBuilder) {
            depthwise = .depthwise(inputs, stride: 2, at: 0, in: &builder)
            pointwise = NormalizedConvolution(inputs, outputs, Window(1), at: 2, in: &builder)
        }

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            pointwise.rectified(depthwise(x, pass), pass)
        }
    }

    private struct Main: Block {
        let first: NormalizedConvolution
        let depthwise: NormalizedConvolution
        let last: NormalizedConvolution

        init(_ inputs: Int, _ outputs: Int, stride: Int, in builder: inout ModelBuilder) {
            first = NormalizedConvolution(inputs, outputs, Window(1), at: 0, in: &builder)
            depthwise = .depthwise(outputs, stride: stride, at: 3, in: &builder)
            last = NormalizedConvolution(outputs, outputs, Window(1), at: 5, in: &builder)
        }

        func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
            last.rectified(depthwise(first.rectified(x, pass), pass), pass)
        }
    }
}

extension Variable {
    /// A range of the channels of images N×C×H×W.
    fileprivate func channels(_ range: Range<Int>) -> Variable {
        permuted([1, 0, 2, 3]).rows(range).permuted([1, 0, 2, 3])
    }
}
