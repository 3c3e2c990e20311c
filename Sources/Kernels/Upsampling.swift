import Loops

/// Images whose pixels are each repeated over a square: the extents before, and the square's side.
public struct Upsampling: Hashable, Sendable {
    /// How many images there are.
    public let images: Int
    /// Of an image, in pixels.
    public let height: Int
    /// Of an image, in pixels.
    public let width: Int
    /// Numbers of a pixel.
    public let channels: Int
    /// How often a pixel is repeated, down and across.
    public let factor: Int

    /// - Precondition: no extent is negative, and the factor is at least 1.
    public init(images: Int, height: Int, width: Int, channels: Int, factor: Int) {
        precondition(min(images, height, width, channels) >= 0, "a negative extent")
        precondition(factor >= 1, "pixels are repeated at least once")
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.factor = factor
    }

    /// Floats of a line of pixels.
    fileprivate var line: Int { width * channels }
    /// Floats of a line of repeated pixels.
    fileprivate var wideLine: Int { line * factor }
    fileprivate var lines: Int { images * height }
    fileprivate var inputCount: Int { lines * line }
    fileprivate var outputCount: Int { lines * factor * wideLine }
    /// Lines that one piece of work has.
    fileprivate var piece: Int {
        max(1, Kernels.elementwisePiece / max(1, wideLine * factor))
    }
}

extension Kernels {
    /// Repeats every pixel. x: N×H×W×C gives N×factor·H×factor·W×C.
    public static func upsample(_ x: Floats, _ shape: Upsampling) -> Floats {
        precondition(x.count == shape.inputCount, "sizes do not fit")
        var y = Floats(uninitialized: shape.outputCount)
        let (source, target) = (x.pointer, y.mutablePointer())
        let (channels, wide, factor) = (shape.channels, shape.wideLine, shape.factor)
        Parallel.forRanges(shape.lines, size: shape.piece) { lines in
            for number in lines {
                let pixels = source + number * shape.line
                let first = target + number * factor * wide
                for place in 0..<shape.width * factor {
                    (first + place * channels).update(
                        from: pixels + place / factor * channels, count: channels)
                }
                for copy in 1..<factor { (first + copy * wide).update(from: first, count: wide) }
            }
        }
        return y
    }

    /// The gradient of ``upsample(_:_:)``: the sum over the copies of each pixel.
    public static func upsampleGradient(_ g: Floats, _ shape: Upsampling) -> Floats {
        precondition(g.count == shape.outputCount, "sizes do not fit")
        var d = Floats(uninitialized: shape.inputCount)
        let (source, target) = (g.pointer, d.mutablePointer())
        Parallel.forRanges(shape.lines, size: shape.piece) { lines in
            FloatBlock.lend(shape.wideLine) { sums in
                for number in lines {
                    let first = source + number * shape.factor * shape.wideLine
                    add(shape.factor, runsOf: shape.wideLine, at: first, into: sums)
                    for place in 0..<shape.width {
                        add(
                            shape.factor, runsOf: shape.channels,
                            at: sums + place * shape.factor * shape.channels,
                            into: target + number * shape.line + place * shape.channels)
                    }
                }
            }
        }
        return d
    }

    /// The sum of neighbouring runs of `count` floats.
    private static func add(_ runs: Int, runsOf count: Int, at x: Pointer, into sum: Pointer) {
        guard runs > 1 else { return sum.update(from: x, count: count) }
        loops.combine(.add, x, x + count, into: sum, count: count)
        for run in 2..<max(2, runs) {
            loops.combine(.add, sum, x + run * count, into: sum, count: count)
        }
    }
}
