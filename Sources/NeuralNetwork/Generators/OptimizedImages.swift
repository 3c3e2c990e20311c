import Bytes
import Options

/// A batch of images that are learned themselves, pixel by pixel: no network makes them, and no
/// random numbers (*Dreaming to Distill*, Yin et al. 2020).
///
/// At each step of training all of them are shifted by the same random offset, around the edges,
/// and mirrored with a probability of one half where `flip` asks for it. In evaluation they are as
/// they are.
///
/// Name: `pixels`, N×C×H×W, which begin normally distributed.
public struct OptimizedImages: GeneratorArchitecture, Configurable {
    public static let name = "images"
    public static let summary = "a batch of images, learned pixel by pixel (Yin et al. 2020)"

    /// The largest offset in pixels.
    public var jitter: Int
    /// Whether images are mirrored at random.
    public var flips: Bool

    /// Images that are shifted by up to two pixels.
    public init(jitter: Int = 2, flips: Bool = false) {
        (self.jitter, self.flips) = (jitter, flips)
    }

    /// Reads the options from a configuration.
    public init(options: inout OptionReader) throws(SettingError) {
        jitter = options.value(
            "jitter", default: 2, in: 0...1024, help: "largest random offset at a step, in pixels")
        flips = options.flag("flip", default: false, help: "mirror all images at random steps")
    }

    /// It takes none.
    public var latent: Int { 0 }

    /// - Throws: ``SettingError`` where an offset is no smaller than the images.
    public func network(
        output: [Int], samples: Int, in builder: inout ModelBuilder
    ) throws(SettingError) -> any Network {
        guard jitter < min(output[1], output[2]) else {
            throw SettingError(
                "images: jitter is \(jitter), and the images are"
                    + " \(output.map(String.init).joined(separator: "×")); take less than a side")
        }
        let shape = [samples] + output
        return Layers(
            pixels: builder.parameter("pixels", shape, .normal(standardDeviation: 1)),
            jitter: jitter, flips: flips)
    }

    private struct Layers: Network {
        let pixels: Int
        let jitter: Int
        let flips: Bool

        func callAsFunction(_ none: Variable, _ pass: ForwardPass) -> Variable {
            let images = pass.parameter(pixels)
            guard pass.mode == .training else { return images }
            let key = pass.nextKey()
            let (height, width) = (images.shape[2], images.shape[3])
            let offsets = (0..<2).map { key.integer(below: 2 * jitter + 1, at: $0) - jitter }
            let isMirrored = flips && key.integer(below: 2, at: 2) == 1
            let places = (0..<height * width).map { place in
                let column = place % width
                let x = (isMirrored ? width - 1 - column : column) - offsets[1]
                let y = place / width - offsets[0]
                return (y + height) % height * width + (x + width) % width
            }
            return images.pixels(at: places)
        }
    }
}

extension Variable {
    /// Images of the same size whose pixels are those at other places, given row by row.
    fileprivate func pixels(at places: [Int]) -> Variable {
        let planes = reshaped([shape[0] * shape[1], places.count])
        return planes.transposed().selecting(rows: places).transposed().reshaped(shape)
    }
}
