import Options

/// A family of networks that make samples from random numbers, with the options that its registry
/// entry read.
public protocol GeneratorArchitecture: Sendable {
    /// How many random numbers make one sample; 0 where none do, and the samples of a batch are
    /// learned themselves.
    var latent: Int { get }

    /// Builds the layers that make samples N×C×H×W of random numbers N×latent.
    ///
    /// - Parameters:
    ///   - output: C×H×W.
    ///   - samples: N of a batch, which counts where ``latent`` is 0.
    /// - Throws: ``SettingError`` where it cannot make samples of this shape.
    func network(
        output: [Int], samples: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network
}

/// The generators that configuration can name.
public enum Generators {
    /// A new generator is its file and a line here; the law tests then cover it.
    public static let registry = Registry<any GeneratorArchitecture>(
        kind: "generator", [ConvolutionalGenerator.self, OptimizedImages.self])
}

extension Model {
    /// A network that makes samples C×H×W: its inputs are N×latent random numbers.
    ///
    /// - Parameters:
    ///   - output: C×H×W.
    ///   - samples: of a batch.
    ///   - banked: how many finished batches are kept with its weights; 0 for none.
    ///   - classes: of the cohort in which it makes samples.
    /// - Throws: ``SettingError`` where the architecture cannot make samples of this shape, or
    ///   would have more than ``largest`` parameters.
    public init(
        _ generator: any GeneratorArchitecture, output: [Int], samples: Int, banked: Int = 0,
        classes: Int
    ) throws(SettingError) {
        try self.init(
            SampleMaker(generator: generator, output: output, samples: samples, banked: banked),
            input: [generator.latent], classes: classes)
    }
}

/// A generator in the place of a network that classifies.
private struct SampleMaker: Architecture {
    let generator: any GeneratorArchitecture
    /// C×H×W.
    let output: [Int]
    let samples: Int
    let banked: Int
    let needsImages = false

    func network(
        input: [Int], classes: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        if banked > 0 { builder.bank(of: banked, batchShape: [samples] + output) }
        return try generator.network(output: output, samples: samples, in: &builder)
    }
}
