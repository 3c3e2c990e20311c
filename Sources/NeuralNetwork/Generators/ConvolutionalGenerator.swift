import Options

/// A linear layer and two convolutions that each double the height and width of what they read: the
/// deep convolutional generator (Radford et al. 2016) in the form that learning without data uses
/// (*Data-Free Learning of Student Networks*, Chen et al. 2019).
///
/// Names as in the code of its authors: `l1.0`, `conv_blocks0.0`, `conv_blocks1.0` and `.1`,
/// `conv_blocks2.0`, `.1`, `.3` and `.5`. Their hidden batch norms have an ε of 0.8, which stands
/// where PyTorch expects ε and was meant as a momentum; here it is 10⁻⁵.
public struct ConvolutionalGenerator: GeneratorArchitecture, Configurable {
    public static let name = "dcgan"
    public static let summary =
        "two convolutions that double the size (Radford et al. 2016; Chen et al. 2019)"

    /// How a convolution doubles the size of its images.
    public enum Upsampling: String, CaseIterable, Sendable {
        /// Every pixel is repeated, then a 3×3 convolution.
        case nearest
        /// A transposed 4×4 convolution of stride 2.
        case transposed
    }

    /// How pixels end.
    public enum Ending: String, CaseIterable, Sendable {
        /// The hyperbolic tangent, then each channel by the batch's moments: as normalized pixels
        /// are, mean 0 and variance 1.
        case normalized
        /// The hyperbolic tangent alone: within ±1.
        case tanh
    }

    /// How many random numbers make one sample.
    public var latent: Int
    /// The channels of the first half; the second half has half of them.
    public var channels: Int
    /// How convolutions double the size.
    public var upsampling: Upsampling
    /// How pixels end.
    public var ending: Ending
    /// The factor of the finished samples.
    public var scale: Float

    /// - Precondition: the number of channels is even.
    public init(
        latent: Int = 100, channels: Int = 128, upsampling: Upsampling = .nearest,
        ending: Ending = .normalized, scale: Float = 1
    ) {
        precondition(channels.isMultiple(of: 2), "\(channels) channels cannot be halved")
        self.latent = latent
        self.channels = channels
        self.upsampling = upsampling
        self.ending = ending
        self.scale = scale
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        latent = options.value(
            "latent", default: 100, in: 1...65536, help: "random numbers that make one sample")
        channels = options.value(
            "channels", default: 128, in: 2...4096,
            help: "channels before the last doubling, which has half of them")
        upsampling = options.choice(
            "upsample", default: .nearest,
            help: "repeats pixels before a 3×3 convolution, or transposes a 4×4 one")
        ending = options.choice(
            "ending", default: .normalized,
            help: "whether the batch's moments normalize what tanh ends")
        scale = options.value(
            "scale", default: 1, in: 1e-3...1e3, help: "factor of the samples")
        guard channels.isMultiple(of: 2) else {
            throw options.failure("channels", "is \(channels); it must be even, to be halved")
        }
    }

    /// - Throws: ``SettingError`` unless the samples are images whose height and width are
    ///   multiples of 4.
    public func network(
        output: [Int], samples: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        guard output.count == 3, output[0] > 0, output[1] > 0, output[2] > 0,
            output[1].isMultiple(of: 4), output[2].isMultiple(of: 4)
        else {
            let shape = output.map(String.init).joined(separator: "×")
            throw SettingError(
                "generator 'dcgan' doubles images twice, and so makes heights and widths that are"
                    + " multiples of 4, not samples of \(shape); choose data of such a size, or"
                    + " resize it")
        }
        return Layers(self, output, in: &builder)
    }

    private struct Layers: Network {
        private let l1: Linear
        private let seed: [Int]
        private let first: BatchNormalization
        private let doublings: [Doubling]
        private let conv: Convolution
        /// Nil where tanh is the end.
        private let last: BatchNormalization?
        private let scale: Float

        init(_ form: ConvolutionalGenerator, _ output: [Int], in builder: inout ModelBuilder) {
            let half = form.channels / 2
            seed = [form.channels, output[1] / 4, output[2] / 4]
            scale = form.scale
            l1 = builder.scoped("l1") { [seed] builder in
                Linear("0", form.latent, seed.reduce(1, *), in: &builder)
            }
            first = builder.scoped("conv_blocks0") { builder in
                BatchNormalization("0", form.channels, in: &builder)
            }
            let early = builder.scoped("conv_blocks1") { builder in
                Doubling(form.upsampling, form.channels, form.channels, in: &builder)
            }
            (doublings, conv, last) = builder.scoped("conv_blocks2") { builder in
                (
                    [early, Doubling(form.upsampling, form.channels, half, in: &builder)],
                    Convolution("3", half, output[0], Window(3, padding: 1), in: &builder),
                    form.ending == .normalized
                        ? BatchNormalization("5", output[0], isAffine: false, in: &builder) : nil
                )
            }
        }

        func callAsFunction(_ z: Variable, _ pass: ForwardPass) -> Variable {
            let seeds = first(l1(z, pass).reshaped([z.shape[0]] + seed), pass)
            let maps = doublings.reduce(seeds) { maps, doubling in doubling(maps, pass) }
            let pixels = conv(maps, pass).map(.tanh)
            return (last.map { $0(pixels, pass) } ?? pixels) * scale
        }
    }
}

/// Doubles the height and width of images: a convolution, its batch norm, and a leaky ReLU of slope
/// 0.2.
private struct Doubling: Sendable {
    private enum Layer: Sendable {
        case nearest(Convolution)
        case transposed(TransposedConvolution)
    }

    private let layer: Layer
    private let norm: BatchNormalization

    init(
        _ upsampling: ConvolutionalGenerator.Upsampling, _ inputs: Int, _ outputs: Int,
        in builder: inout ModelBuilder
    ) {
        layer =
            switch upsampling {
            case .nearest:
                .nearest(Convolution("0", inputs, outputs, Window(3, padding: 1), in: &builder))
            case .transposed:
                .transposed(
                    TransposedConvolution(
                        "0", inputs, outputs, Window(4, stride: 2, padding: 1), in: &builder))
            }
        norm = BatchNormalization("1", outputs, in: &builder)
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        let normalized =
            switch layer {
            case .nearest(let convolution): norm(convolution, of: x.upsampled(by: 2), pass)
            case .transposed(let convolution): norm(convolution(x, pass), pass)
            }
        return normalized.map(.leakyReLU(slope: 0.2))
    }
}
